"""Who says yes: the queue, signatures, recusal and the decision."""
