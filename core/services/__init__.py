"""What a person can do, one method a verb; each checks the actor and is one transaction."""
