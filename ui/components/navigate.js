// Leaves the page at once. The paths come from our own code, never from what a person entered.
export default function ({ data }) {
  const [path, comesBack] = data
  const here = window.location.pathname + window.location.search
  window.location.assign(comesBack ? path + encodeURIComponent(here) : path)
}
