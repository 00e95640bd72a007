"""This process among those that `torchrun` started; alone in every other case."""

from dataclasses import dataclass
from typing import Self

import torch


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Rank and number of the processes that train one network."""

    rank: int = 0
    world: int = 1

    @classmethod
    def join(cls) -> Self:
        """Join the other processes where `torchrun` started several."""
        distributed = torch.distributed
        if not distributed.is_available() or not distributed.is_torchelastic_launched():
            return cls()
        if not distributed.is_initialized():
            distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
        if torch.cuda.is_available():
            torch.cuda.set_device(distributed.get_node_local_rank())
        return cls(rank=distributed.get_rank(), world=distributed.get_world_size())

    @property
    def leads(self) -> bool:
        """Whether this process writes files and prints."""
        return self.rank == 0

    def agree(self, value: float) -> float:
        """Return the leader's value, so that clocks and rounding never send processes different ways."""
        if self.world == 1:
            return value
        device = "cuda" if torch.cuda.is_available() else "cpu"
        shared = torch.tensor([value], dtype=torch.float64, device=device)
        torch.distributed.broadcast(shared, src=0)
        return float(shared)

    def wait(self) -> None:
        """Wait until every process has come this far."""
        if self.world > 1:
            torch.distributed.barrier()


ALONE = Workers()
