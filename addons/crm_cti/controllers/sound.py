from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, Stream, request, route


class SoundController(Controller):
    """Sounds of calls, for who may hear them."""

    @route("/crm_cti/sound/<int:sound_id>", type="http", auth="user", methods=["GET"])
    def get_sound(self, sound_id):
        """Give a sound, or the part of it that the browser asks for.

        Who asks for what he or she may not hear is told what who asks for something
        that is not there is told.
        """
        sounds = request.env["cti.sound"]
        sound = sounds.has_access("read") and sounds.search([("id", "=", sound_id)])
        if not sound:
            raise NotFound()
        try:
            data = sound._listen()
        except UserError as error:
            raise NotFound(str(error)) from error
        stream = Stream(type="data", data=data, mimetype="audio/wav", etag=False)
        response = stream.get_response()
        # Each listening is noted, so none may come from a cache.
        response.headers["Cache-Control"] = "no-store"
        return response
