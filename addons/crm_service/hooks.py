def uninstall_hook(env):
    """Take off what the database itself was told to watch."""
    env.cr.execute(
        """
        DROP TRIGGER IF EXISTS service_article_version_final
            ON service_article_version;
        DROP FUNCTION IF EXISTS service_article_version_guard();
        """
    )
