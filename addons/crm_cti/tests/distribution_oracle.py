"""The rules of the distribution once more, as a person would go through them."""

from dataclasses import dataclass, field

AT_WORK = ("ready", "offered", "talking", "wrapup")


@dataclass
class Caller:
    """Who waits; ``signs`` are points by reason but for the wait."""

    call: int
    queue: int
    began: float
    waited: int
    signs: int
    wait_points: int
    sticky: int
    lang: str | None = None
    last: int | None = None
    missed: list = field(default_factory=list)

    @property
    def points(self):
        return self.signs + self.wait_points * self.waited // 60


@dataclass
class Agent:
    """Who may take calls: ``ranks`` by queue, ``levels`` by skill."""

    id: int
    state: str
    since: float
    ranks: dict
    levels: dict
    dials: bool = False


def decide(callers, agents, needs, languages):
    """Give the first caller with the agent whom he comes to, or None.

    :param needs: ``{queue: [(skill, level, relax, lowest)]}``
    :param languages: ``{language: skill}``
    """
    by_id = {agent.id: agent for agent in agents}
    for caller in sorted(callers, key=lambda c: (-c.points, c.began, c.call)):
        needed = needs.get(caller.queue, [])
        found = [
            agent
            for agent in agents
            if agent.state == "ready"
            and not agent.dials
            and caller.queue in agent.ranks
            and _masters(agent, needed, caller.waited)
            and _get_keeper(caller, by_id, needed) in (None, agent.id)
        ]
        if found:
            skills = {skill for skill, *_rest in needed}
            skills.add(languages.get(caller.lang))

            def rank(agent, caller=caller, skills=skills):
                return (
                    caller.missed.count(agent.id),
                    agent.id != caller.last,
                    agent.ranks[caller.queue],
                    -sum(n for skill, n in agent.levels.items() if skill in skills),
                    agent.since,
                    agent.id,
                )

            return caller.call, min(found, key=rank).id
    return None


def _masters(agent, needed, waited):
    for skill, level, relax, lowest in needed:
        still = max(lowest, level - waited // relax) if relax else level
        if agent.levels.get(skill, 0) < still:
            return False
    return True


def _get_keeper(caller, agents, needed):
    """Give for whom the caller is kept, if there is somebody to wait for."""
    last = agents.get(caller.last)
    if not last or caller.waited >= caller.sticky or last.id in caller.missed:
        return None
    at_work = last.state in AT_WORK and caller.queue in last.ranks
    suits = _masters(last, needed, caller.waited)
    return last.id if at_work and suits else None
