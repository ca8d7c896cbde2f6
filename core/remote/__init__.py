"""What Epox fetches from addresses that people give: from named hosts only, and within limits."""
