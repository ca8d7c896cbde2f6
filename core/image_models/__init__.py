"""Who makes pictures: Gemini, or the local compositor that needs no key."""
