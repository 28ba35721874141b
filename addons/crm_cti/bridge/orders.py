"""What is said to the exchange: commands, and who is in which queue."""

import asyncio
import time

from .ari import put_password


class Orders:
    """Carries out commands once, and keeps the queues' members as they are here."""

    def __init__(self, ari, store):
        self.ari, self.store = ari, store
        self.members = {}

    # -------------------------------------------------------------------- commands

    async def carry_out(self, client):
        """Say all waiting commands."""
        commands = await self.store.call("_take_commands")
        answers = []
        for command in commands:
            try:
                answer = await self._say(client, command)
            except (asyncio.TimeoutError, ConnectionError) as error:
                answer = {"Response": "Error", "Message": str(error) or "no answer"}
            done = answer.get("Response") == "Success"
            answers.append((command["id"], done, answer.get("Message", "")))
        if answers:
            await self.store.call("_finish_commands", answers)

    async def _say(self, client, command):
        values, extension = command["values"], command["extension"]
        if command["kind"] == "originate":
            return await client.ask(
                {
                    "Action": "Originate",
                    "Channel": f"PJSIP/{extension}",
                    "ChannelId": command["linkedid"],
                    "Context": "crm-dial",
                    "Exten": values["number"],
                    "Priority": 1,
                    "CallerID": f"<{extension}>",
                    "Timeout": 30000,
                    "Async": "true",
                },
                command["linkedid"],
            )
        if command["kind"] == "hangup":
            return await self._hang_up(client, values["linkedid"])
        return await self._set_password(extension, values["change"])

    async def _hang_up(self, client, linkedid):
        events = await client.ask_list({"Action": "CoreShowChannels"})
        channels = [e["Channel"] for e in events if e.get("Linkedid") == linkedid]
        answers = await asyncio.gather(
            *(client.ask({"Action": "Hangup", "Channel": name}) for name in channels)
        )
        # A leg may be gone because another one was, and a call that is gone is hung up.
        refused = [a for a in answers if a.get("Response") != "Success"]
        left = [a for a in refused if a.get("Message") != "No such channel"]
        return left[0] if left else {"Response": "Success"}

    async def _set_password(self, extension, change):
        password = await self.store.call("_get_phone_password", extension, change)
        done = bool(self.ari) and await put_password(self.ari, extension, password)
        message = "" if done else "The exchange did not take the password."
        return {"Response": "Success" if done else "Error", "Message": message}

    async def push_passwords(self):
        """Give all browser phones their passwords, which the exchange has forgotten."""
        if not self.ari:
            return
        passwords = await self.store.call("_get_phone_passwords")
        for extension, password in passwords.items():
            await put_password(self.ari, extension, password)

    def to_fact(self, event):
        """Give the fact that the exchange could not make a call."""
        action = event.get("ActionID", "")
        if event.get("Event") != "OriginateResponse" or not action.startswith("odoo-"):
            return None
        if event.get("Response") == "Success":
            return None
        return {
            "kind": "failed",
            "key": f"ami:failed:{action}",
            "linkedid": action,
            "time": time.time(),
            "cause": event.get("Reason", ""),
        }

    # --------------------------------------------------------------------- members

    async def push_members(self, client, afresh=False):
        """Bring the exchange's queues in line with what is recorded here.

        :param afresh: ask the exchange what it has; it forgets when it ends
        """
        if afresh:
            self.members = await self._read_members(client)
        wanted = await self.store.call("_get_members")
        for place in self.members.keys() - wanted.keys():
            await client.ask(self._place("QueueRemove", place))
        for place, (penalty, paused) in wanted.items():
            details = {"Penalty": penalty, "Paused": paused}
            known = self.members.get(place)
            if not known:
                action = {**self._place("QueueAdd", place), "MemberName": place[1]}
                await client.ask({**action, **details})
                continue
            names = ("QueuePenalty", "QueuePause")
            for name, old, new in zip(names, known, (penalty, paused), strict=True):
                if old != new:
                    await client.ask({**self._place(name, place), **details})
        self.members = wanted

    def _place(self, action, place):
        queue, extension = place
        return {"Action": action, "Queue": queue, "Interface": f"PJSIP/{extension}"}

    async def _read_members(self, client):
        events = await client.ask_list({"Action": "QueueStatus"})
        return {
            (event["Queue"], event["Location"].removeprefix("PJSIP/")): (
                int(event["Penalty"]),
                int(event["Paused"]),
            )
            for event in events
            if event.get("Event") == "QueueMember"
        }
