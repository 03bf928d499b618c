"""How money is spread over documents, in integers."""

from dataclasses import dataclass, field


@dataclass
class Plan:
    """How much money goes where; integers in the currency's smallest unit.

    `applied` says by how much each line's document falls, the discount included.
    """

    cash: int = 0
    on_account: int = 0
    applied: dict = field(default_factory=dict)
    discounts: dict = field(default_factory=dict)

    def get_sum(self, kind):
        return sum(amount for line, amount in self.applied.items() if line.kind == kind)

    def is_balanced(self):
        """Return whether cash + credits + discounts = applied + on account."""
        funds = self.cash + self.get_sum("credit") + sum(self.discounts.values())
        return funds == self.get_sum("invoice") + self.on_account and all(
            amount >= 0
            for amount in (
                self.cash,
                self.on_account,
                *self.applied.values(),
                *self.discounts.values(),
            )
        )
