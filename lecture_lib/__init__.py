"""How neural networks are trained: the lecture in NumPy, its explorers, its exercises."""
