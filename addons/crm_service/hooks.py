def uninstall_hook(env):
    """Take off what the database itself was told to watch."""
    env.cr.execute(
        """
        DROP TRIGGER IF EXISTS service_article_version_final
            ON service_article_version;
        DROP FUNCTION IF EXISTS service_article_version_guard();
        DROP TRIGGER IF EXISTS service_event_final ON service_event;
        DROP TRIGGER IF EXISTS service_event_kept ON service_event;
        DROP TRIGGER IF EXISTS service_event_payload_final ON service_event_payload;
        DROP TRIGGER IF EXISTS service_event_payload_kept ON service_event_payload;
        DROP FUNCTION IF EXISTS service_event_guard();
        DROP FUNCTION IF EXISTS service_event_payload_guard();
        """
    )
