"""What answers look like: one class a type of the contract. Values are rows (dicts), never instances."""
