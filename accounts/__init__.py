"""Who is who: people, how they sign in, and what they are appointed to."""
