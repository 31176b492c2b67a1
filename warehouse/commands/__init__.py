"""The commands of `takeback` by who gives them: an operator, a person who asks, a person who decides."""
