"""The pages of an application, by who looks at them."""
