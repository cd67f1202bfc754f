"""Correct solutions of set 1, each task written three ways. The checks give all of them full marks.

Loops beside matrices, lists where arrays are natural, single precision, other formulas for the
same thing: what a check must not mind.
"""

CE_LOOPS = """
def weighted_cross_entropy(a, y, cost):
    total = 0.0
    for logits, label in zip(a, y):
        top = max(logits)
        log_sum = top + np.log(sum(np.exp(v - top) for v in logits))
        total += cost[label] * (log_sum - logits[label])
    return total / len(y)
"""

CE_ONE_HOT = """
def weighted_cross_entropy(a, y, cost):
    N, K = a.shape
    one_hot = np.eye(K)[y]
    gap = a - np.einsum("nk,nk->n", a, one_hot)[:, None]
    top = np.max(gap, 1)
    nll = top + np.log(np.einsum("nk->n", np.exp(gap - top[:, None])))
    return float(np.dot(one_hot @ cost, nll)) / N
"""

CE_SINGLE = """
def weighted_cross_entropy(a, y, cost):
    shifted = a - np.max(a, -1, keepdims=True)
    L = np.float32(shifted)
    losses = np.logaddexp.reduce(L, axis=1) - L[range(len(y)), y]
    return np.array(np.mean(np.take(cost, y) * losses))
"""

GRADIENT_LOOPS = """
def loss_gradient(W, b, X, y, cost):
    D, K = W.shape
    gW, gb = [[0.0] * K for _ in range(D)], [0.0] * K
    for x, label in zip(X, y):
        logits = [sum(x[d] * W[d][k] for d in range(D)) + b[k] for k in range(K)]
        powers = [np.exp(v - max(logits)) for v in logits]
        for k in range(K):
            push = cost[label] * (powers[k] / sum(powers) - (k == label)) / len(y)
            gb[k] += push
            for d in range(D):
                gW[d][k] += push * x[d]
    return gW, gb
"""

GRADIENT_JACOBIAN = """
def loss_gradient(W, b, X, y, cost):
    z = np.einsum("nd,dk->nk", X, W) + b
    z = z - z.max(1)[:, None]
    p = np.exp(z - np.log(np.exp(z).sum(1))[:, None])
    # the slope of -log p_y in p times softmax's Jacobian diag(p) - p p^T, with 1/p_y cancelled
    row = np.stack([p[i] - np.eye(len(b))[k] for i, k in enumerate(y)])
    weights = cost[y] / len(y)
    return [np.einsum("n,nd,nk->dk", weights, X, row), np.einsum("n,nk->k", weights, row)]
"""

GRADIENT_BIAS_FOLDED = """
def loss_gradient(W, b, X, y, cost):
    X1 = np.hstack([X, np.ones((len(X), 1))])
    scores = X1 @ np.vstack([W, b])
    prob = np.exp(scores - scores.max(axis=1, keepdims=True))
    prob /= prob.sum(axis=1, keepdims=True)
    prob[np.arange(len(y)), y] -= 1.0
    G = np.mean(X1[:, :, None] * (prob.T * cost[y]).T[:, None, :], axis=0)
    return np.float32(G[:-1]), np.float32(G[-1])
"""

TRAIN_NEW_ARRAYS = """
def train(loss, gradient, W, b, batches, eta, epochs):
    history = []
    for epoch in range(epochs):
        seen, summed = 0, 0
        for xs, ys in batches:
            summed = summed + loss(W, b, xs, ys) * xs.shape[0]
            seen = seen + xs.shape[0]
            step_W, step_b = (eta * g for g in gradient(W, b, xs, ys))
            W, b = W - step_W, b - step_b
        history += [summed / seen]
    return W, b, np.array(history)
"""

TRAIN_AVERAGE = """
def train(loss, gradient, W, b, batches, eta, epochs):
    theta = [np.array(W), np.array(b)]
    sizes = [len(X) for X, _ in batches]
    losses = np.zeros((epochs, len(batches)))
    for e in range(epochs):
        for i, batch in enumerate(batches):
            losses[e, i] = loss(*theta, *batch)
            theta = [p - eta * g for p, g in zip(theta, gradient(*theta, *batch))]
    return [*theta, list(np.average(losses, axis=1, weights=sizes))]
"""

TRAIN_RECURSIVE = """
def one_epoch(loss, gradient, W, b, batches, eta):
    parts = []
    for X, y in batches:
        gW, gb = gradient(W, b, X, y)
        parts.extend([loss(W, b, X, y)] * len(X))
        W, b = np.subtract(W, np.multiply(eta, gW)), np.subtract(b, np.multiply(eta, gb))
    return W, b, np.mean(parts)

def train(loss, gradient, W, b, batches, eta, epochs):
    if epochs == 0:
        return W.tolist(), b.tolist(), []
    W, b, first = one_epoch(loss, gradient, W, b, batches, eta)
    W, b, rest = train(loss, gradient, W, b, batches, eta, epochs - 1)
    return W, b, [first] + rest
"""

BATCHES_LIST = """
def minibatches(X, y, size, rng):
    left = np.arange(len(y))
    rng.shuffle(left)
    out = []
    while len(left):
        out.append((X[left[:size]], y[left[:size]]))
        left = left[size:]
    return out
"""

BATCHES_KEYS = """
def minibatches(X, y, size, rng):
    order = np.argsort(rng.random(len(y)))
    for rows in np.array_split(order, range(size, len(order), size)):
        yield [X.take(rows, 0).tolist(), y[rows].tolist()]
"""

BATCHES_BY_HAND = """
def minibatches(X, y, size, rng):
    mails = list(zip(X, y))
    for i in range(len(mails) - 1, 0, -1):
        j = int(rng.integers(i + 1))
        mails[i], mails[j] = mails[j], mails[i]
    parts = (mails[s : s + size] for s in range(0, len(mails), size))
    return (tuple(np.array(column) for column in zip(*part)) for part in parts)
"""

CURVES_PLAIN = 'eta_of = {"A": 0.2, "B": 0.04, "C": 2.1, "D": 1}'

CURVES_ONE_BY_ONE = """
eta_of = dict(A=None, B=None, C=None, D=None)
eta_of["B"], eta_of["D"] = 4e-2, 1.0
eta_of["A"] = 1 / 5
eta_of["C"] = 2.1
"""

CURVES_ARRAY = 'eta_of = dict(zip("DCBA", np.float32([1.0, 2.1, 0.04, 0.2])))'

DRILL_EXACT = """
x, W = np.array([n["length"], n["trust"]]), np.zeros((2, 2))
W[:, 0] = n["w_length_spam"], n["w_trust_spam"]
W[:, 1] = n["w_length_ham"], n["w_trust_ham"]
a = x @ W
y_hat = np.exp(a) / np.exp(a).sum()
delta = y_hat - [0, 1]
W = W - n["eta"] * np.outer(x, delta)
answer = dict(a_spam=a[0], a_ham=a[1], y_hat_ham=y_hat[1])
answer |= dict(loss=-np.log(y_hat[1]), delta_ham=delta[1], w_new=W[0, 1])
"""

DRILL_ROUNDED = """
a_spam = n["length"] * n["w_length_spam"] + n["trust"] * n["w_trust_spam"]
a_ham = n["length"] * n["w_length_ham"] + n["trust"] * n["w_trust_ham"]
p = 1 / (1 + np.exp(a_spam - a_ham))
w = n["w_length_ham"] + n["eta"] * (1 - p) * n["length"]
steps = dict(a_spam=a_spam, a_ham=a_ham, y_hat_ham=p, loss=-np.log(p), delta_ham=p - 1, w_new=w)
answer = {name: float(f"{value:.3g}") for name, value in steps.items()}
"""

DRILL_SINGLE = """
s = np.float32(n["length"] * n["w_length_spam"] + n["trust"] * n["w_trust_spam"])
h = np.float32(n["length"] * n["w_length_ham"] + n["trust"] * n["w_trust_ham"])
loss = np.logaddexp(s, h) - h
p = np.exp(-loss)
answer = {"w_new": n["w_length_ham"] - n["eta"] * n["length"] * (p - 1), "loss": loss}
answer.update(delta_ham=p - 1, y_hat_ham=p, a_ham=h, a_spam=s)
"""

STYLES: dict[str, list[str]] = {
    "ce": [CE_LOOPS, CE_ONE_HOT, CE_SINGLE],
    "gradient": [GRADIENT_LOOPS, GRADIENT_JACOBIAN, GRADIENT_BIAS_FOLDED],
    "train": [TRAIN_NEW_ARRAYS, TRAIN_AVERAGE, TRAIN_RECURSIVE],
    "batches": [BATCHES_LIST, BATCHES_KEYS, BATCHES_BY_HAND],
    "curves": [CURVES_PLAIN, CURVES_ONE_BY_ONE, CURVES_ARRAY],
    "drill": [DRILL_EXACT, DRILL_ROUNDED, DRILL_SINGLE],
}
