"""What a CRM is, as data: the definition language and the bundled packs."""
