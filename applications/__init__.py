"""What is asked: the application, its steps, papers, history and notices."""
