"""The demo: invented people and what they did, played through the same verbs as in earnest."""
