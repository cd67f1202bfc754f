"""The explorers of notebook 01: the loss of one e-mail, the learning rate, the batch size."""

from lecture_lib.explorers.descent import descent
from lecture_lib.explorers.loss_meter import loss_meter
from lecture_lib.explorers.three_flavours import three_flavours

__all__ = ["descent", "loss_meter", "three_flavours"]
