"""A probe for each public service method that takes an id, by area; `world` is what they act on."""
