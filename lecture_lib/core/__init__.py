"""The lecture in NumPy: losses, networks, back-propagation, gradient descent.

One convention everywhere: rows are examples, `a` is a pre-activation, `z = g(a)` an activation,
`delta = ∂E/∂a` a local error, `theta` all weights and biases as one flat vector. Every function
takes an optional leading axis of runs: `theta (R, P)` is R networks, trained with the same code.
"""
