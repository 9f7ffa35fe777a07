"""Five pull requests as people send them, made of the example's dump."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "schema" / "schema_backup.sql"
PLATFORM = """
CREATE TABLE "auth"."oauth_clients" ("id" uuid NOT NULL, "client_id" text NOT NULL, "name" text,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "oauth_clients_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "oauth_clients_id_key" UNIQUE ("client_id"));
ALTER TABLE "auth"."oauth_clients" OWNER TO "supabase_auth_admin";
ALTER TABLE "auth"."oauth_clients" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "auth"."sessions" ADD COLUMN "oauth_client_id" uuid;
ALTER TABLE "auth"."sessions" ADD COLUMN "scopes" text;
ALTER TABLE ONLY "auth"."sessions" ADD CONSTRAINT "sessions_oauth_client_id_fkey"
    FOREIGN KEY ("oauth_client_id") REFERENCES "auth"."oauth_clients"("id") ON DELETE CASCADE;
CREATE INDEX "sessions_oauth_client_id_idx" ON "auth"."sessions" USING btree ("oauth_client_id");
"""
FEATURE = """
CREATE TABLE "public"."story_comments" (
    "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "story_id" "uuid" NOT NULL REFERENCES "public"."stories"("id") ON DELETE CASCADE,
    "user_id" "uuid" NOT NULL REFERENCES "public"."user_profiles"("id") ON DELETE CASCADE,
    "body" "text" NOT NULL CHECK (char_length("body") <= 2000),
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE "public"."story_comments" OWNER TO "postgres";
COMMENT ON TABLE "public"."story_comments" IS 'What readers say below a published story.';
CREATE INDEX "story_comments_story_id_idx" ON "public"."story_comments" ("story_id", "created_at");
CREATE INDEX "story_comments_user_id_idx" ON "public"."story_comments" ("user_id");
CREATE TABLE "public"."story_reactions" (
    "comment_id" bigint NOT NULL REFERENCES "public"."story_comments"("id") ON DELETE CASCADE,
    "user_id" "uuid" NOT NULL REFERENCES "public"."user_profiles"("id") ON DELETE CASCADE,
    "emoji" "text" NOT NULL,
    PRIMARY KEY ("comment_id", "user_id", "emoji")
);
ALTER TABLE "public"."story_reactions" OWNER TO "postgres";
ALTER TABLE "public"."story_comments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "public"."story_reactions" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Anyone reads comments" ON "public"."story_comments" FOR SELECT TO "anon", "authenticated"
    USING (EXISTS (SELECT 1 FROM "public"."stories" "s"
    WHERE "s"."id" = "story_comments"."story_id" AND "s"."visibility" = 'published'));
CREATE POLICY "Users write their own comments" ON "public"."story_comments" FOR INSERT TO "authenticated"
    WITH CHECK ((SELECT auth.uid()) = "user_id");
CREATE POLICY "Users react" ON "public"."story_reactions" TO "authenticated"
    USING ((SELECT auth.uid()) = "user_id");
CREATE FUNCTION "public"."comment_count"("p_story_id" "uuid") RETURNS bigint LANGUAGE sql STABLE
    SET "search_path" TO '' AS $$
  select count(*) from public.story_comments as c where c.story_id = p_story_id
$$;
ALTER FUNCTION "public"."comment_count"("p_story_id" "uuid") OWNER TO "postgres";
GRANT SELECT ON TABLE "public"."story_comments" TO "anon";
GRANT SELECT, INSERT, DELETE ON TABLE "public"."story_comments" TO "authenticated";
GRANT SELECT, INSERT, DELETE ON TABLE "public"."story_reactions" TO "authenticated";
GRANT ALL ON TABLE "public"."story_comments", "public"."story_reactions" TO "service_role";
"""


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with each pattern replaced wherever it is; it must be somewhere."""
    for pattern, new in edits:
        text, count = re.subn(pattern, new, text, flags=re.M)
        assert count, pattern
    return text


def loosened(dump: str) -> str:
    """A policy that now lets everybody read all stories."""
    return edited(dump, (r'(CREATE POLICY "Anyone reads published stories" .* USING) \(.*\);', r"\1 (true);"))


def renamed(dump: str) -> str:
    """A table with another name, of which the bodies of functions know nothing, and a wider column."""
    return edited(
        dump,
        ('"generation_usage"', '"usage_periods"'),
        ('"images_generated" integer', '"images_generated" bigint'),
    )


def feature(dump: str) -> str:
    """Two tables with row security, foreign keys, a function and grants."""
    return dump + FEATURE


def cleaned(dump: str) -> str:
    """Columns and functions dropped that others still name."""
    return edited(
        dump,
        (r'^    "(moral|search)" .*\n', ""),
        (r'^CREATE INDEX "stories_search_idx".*\n', ""),
        (r'^COMMENT ON COLUMN "public"."stories"."(moral|search)".*\n', ""),
        (r'^CREATE OR REPLACE FUNCTION "public"."slugify"(?s:.*?);\n', ""),
        (r'^(ALTER|COMMENT ON|GRANT ALL ON|REVOKE ALL ON) FUNCTION "public"."slugify".*\n', ""),
    )


def upgraded(dump: str) -> str:
    """A dump by another pg_dump after an upgrade of the platform; one table has lost its row security."""
    return edited(
        dump + PLATFORM,
        (r"""('(?:[^']|'')*')|"(?!char"|position")([a-z_][a-z0-9_]*)\"""", r"\1\2"),
        ("CREATE OR REPLACE (FUNCTION|TRIGGER)", r"CREATE \1"),
        (r"CREATE (TABLE|SCHEMA|SEQUENCE) IF NOT EXISTS", r"CREATE \1"),
        (r"^ALTER TABLE public\.user_profiles ENABLE ROW LEVEL SECURITY;\n", ""),
    )


PULL_REQUESTS: Mapping[str, Callable[[str], str]] = {
    edit.__name__: edit for edit in (loosened, renamed, feature, cleaned, upgraded)
}
