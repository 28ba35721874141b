"""Who gets the next ticket: by turns, by load, or by skill.

The same agents and tickets give the same answer, whatever the order they come in.

>>> wang = Agent(1, capacity=2, tickets=1, load=2)
>>> li = Agent(2, capacity=20, tickets=5, load=9, skills={7: 3})
>>> jobs = [Job(10, weight=2), Job(11, weight=4, categories=(7,))]
>>> [(turn.job, turn.agent) for turn in assign(jobs, [wang, li], BALANCED)]
[(11, 2), (10, 2)]
>>> [(turn.job, turn.agent, turn.level) for turn in assign(jobs, [wang, li], SKILL)]
[(11, 2, 3), (10, 2, 0)]
"""

from dataclasses import dataclass, field

ROUND_ROBIN, BALANCED, SKILL = "round_robin", "balanced", "skill"
#: How much work a ticket is, by its priority.
WEIGHTS = {"0": 1, "1": 2, "2": 3, "3": 4}


@dataclass(slots=True)
class Agent:
    """Somebody who is at work.

    :param capacity: tickets at once, at least 1
    :param tickets: that the agent has
    :param load: sum of their weights
    :param last: place in the sequence of turns; the lower, the longer ago
    :param skills: level (1 to 3) by category
    """

    id: int
    capacity: int
    tickets: int = 0
    load: int = 0
    last: int = 0
    skills: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """A ticket that nobody has.

    :param weight: how much work it is
    :param categories: its category and those above it, the nearest first
    """

    id: int
    weight: int
    categories: tuple = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A ticket that an agent gets.

    :param level: of the skill by which the agent was chosen; 0: not by skill
    :param place: of the turn in the sequence
    """

    job: int
    agent: int
    level: int
    place: int


def assign(jobs, agents, method):
    """Give each ticket to an agent with room for it; heavy ones first, then old ones.

    A ticket stays without agent when nobody has room. By skill, one that somebody of
    the agents knows goes to the best who has room; what none of them knows goes by
    load.

    :param jobs: tickets, as `Job`
    :param agents: as `Agent`; their figures are brought up to date
    :param method: `ROUND_ROBIN`, `BALANCED` or `SKILL`
    :return: list of `Turn`, in the sequence in which they were given
    """
    turns = []
    place = max((agent.last for agent in agents), default=0)
    for job in sorted(jobs, key=lambda one: (-one.weight, one.id)):
        level, agent = _choose(job, agents, method)
        if agent is None:
            continue
        place += 1
        agent.tickets += 1
        agent.load += job.weight
        agent.last = place
        turns.append(Turn(job.id, agent.id, level, place))
    return turns


def _choose(job, agents, method):
    levels = {agent.id: level_of(job, agent) for agent in agents}
    skilled = method == SKILL and any(levels.values())
    free = [
        agent
        for agent in agents
        if agent.tickets < agent.capacity and (levels[agent.id] or not skilled)
    ]

    def place(agent):
        load = 0 if method == ROUND_ROBIN else agent.load / agent.capacity
        return (-levels[agent.id] if skilled else 0, load, agent.last, agent.id)

    if not free:
        return 0, None
    agent = min(free, key=place)
    return (levels[agent.id] if skilled else 0), agent


def level_of(job, agent):
    """Give the level of an agent for a ticket; the nearest category counts."""
    return next((agent.skills[one] for one in job.categories if one in agent.skills), 0)
