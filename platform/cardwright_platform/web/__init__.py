"""The pages: lists, cards, forms and what stands around them."""
