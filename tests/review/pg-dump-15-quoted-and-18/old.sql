CREATE SCHEMA "app";

ALTER SCHEMA "app" OWNER TO "joe";

COMMENT ON SCHEMA "public" IS 'standard public schema';

CREATE EXTENSION IF NOT EXISTS "pg_trgm" WITH SCHEMA "public";

COMMENT ON EXTENSION "pg_trgm" IS 'text similarity measurement and index searching based on trigrams';

CREATE DOMAIN "app"."email" AS "text" NOT NULL DEFAULT 'a@b'::"text"
	CONSTRAINT "has_at" CHECK (((VALUE ~ '@'::"text") AND ("length"(VALUE) < 100)));

ALTER DOMAIN "app"."email" OWNER TO "postgres";

CREATE TYPE "app"."mood" AS ENUM (
    'good',
    'bad'
);

ALTER TYPE "app"."mood" OWNER TO "postgres";

CREATE TYPE "app"."pair" AS (
	"a" integer,
	"b" "text"
);

ALTER TYPE "app"."pair" OWNER TO "postgres";

CREATE TYPE "app"."span" AS RANGE (
    subtype = timestamp with time zone,
    multirange_type_name = "app"."span_multirange"
);

ALTER TYPE "app"."span" OWNER TO "postgres";

CREATE CAST ("app"."mood" AS "text") WITH INOUT AS ASSIGNMENT;

CREATE FUNCTION "app"."add"("a" integer, "b" integer DEFAULT 2) RETURNS integer
    LANGUAGE "sql" IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select a + b $$;

ALTER FUNCTION "app"."add"("a" integer, "b" integer) OWNER TO "joe";

CREATE PROCEDURE "app"."go"(INOUT "x" integer)
    LANGUAGE "plpgsql"
    AS $$ begin x := 1; end $$;

ALTER PROCEDURE "app"."go"(INOUT "x" integer) OWNER TO "postgres";

CREATE FUNCTION "app"."sum_of"(VARIADIC numeric[]) RETURNS numeric
    LANGUAGE "sql"
    BEGIN ATOMIC
 SELECT "sum"("x"."x") AS "sum"
    FROM "unnest"($1) "x"("x");
END;

ALTER FUNCTION "app"."sum_of"(VARIADIC numeric[]) OWNER TO "postgres";

CREATE FUNCTION "app"."touch"() RETURNS "trigger"
    LANGUAGE "plpgsql" SECURITY DEFINER
    SET "search_path" TO 'app', 'pg_temp'
    AS $$ begin new.at := now(); return new; end $$;

ALTER FUNCTION "app"."touch"() OWNER TO "postgres";

CREATE FUNCTION "app"."touched"() RETURNS "event_trigger"
    LANGUAGE "plpgsql"
    AS $$ begin end $$;

ALTER FUNCTION "app"."touched"() OWNER TO "postgres";

CREATE AGGREGATE "app"."total"(integer) (
    SFUNC = "int4pl",
    STYPE = integer,
    INITCOND = '0'
);

ALTER AGGREGATE "app"."total"(integer) OWNER TO "postgres";

CREATE OPERATOR "app".=== (
    FUNCTION = "int4eq",
    LEFTARG = integer,
    RIGHTARG = integer,
    COMMUTATOR = OPERATOR("app".===)
);

ALTER OPERATOR "app".=== (integer, integer) OWNER TO "postgres";

CREATE TEXT SEARCH CONFIGURATION "app"."tsc" (
    PARSER = "pg_catalog"."default" );

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "asciiword" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "word" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "numword" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "email" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "url" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "host" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "sfloat" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "version" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "hword_numpart" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "hword_part" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "hword_asciipart" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "numhword" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "asciihword" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "hword" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "url_path" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "file" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "float" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "int" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc"
    ADD MAPPING FOR "uint" WITH "simple";

ALTER TEXT SEARCH CONFIGURATION "app"."tsc" OWNER TO "postgres";

CREATE FOREIGN DATA WRAPPER "w";

ALTER FOREIGN DATA WRAPPER "w" OWNER TO "postgres";

CREATE SERVER "s" FOREIGN DATA WRAPPER "w" OPTIONS (
    "host" 'h'
);

ALTER SERVER "s" OWNER TO "postgres";

CREATE USER MAPPING FOR "joe" SERVER "s" OPTIONS (
    "user" 'u'
);

CREATE SEQUENCE "app"."ticket"
    START WITH 100
    INCREMENT BY 5
    NO MINVALUE
    NO MAXVALUE
    CACHE 3;

ALTER TABLE "app"."ticket" OWNER TO "postgres";

CREATE TABLE "app"."Order Line" (
    "id" bigint NOT NULL,
    "Person Id" integer,
    "n" integer DEFAULT "nextval"('"app"."ticket"'::"regclass") NOT NULL,
    "price" "money",
    "data" "jsonb",
    CONSTRAINT "positive" CHECK ((("n" > 0) AND (("price" IS NULL) OR ("n" < 5) OR (("n" >= 3) AND ("n" <= 8)))))
);

ALTER TABLE "app"."Order Line" OWNER TO "postgres";

ALTER TABLE "app"."Order Line" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME "app"."Order Line_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE "app"."person" (
    "id" integer NOT NULL,
    "name" character varying(40) NOT NULL,
    "mail" "app"."email",
    "mood" "app"."mood" DEFAULT 'good'::"app"."mood",
    "born" "date",
    "tags" "text"[] DEFAULT '{}'::"text"[],
    "score" numeric(10,2) DEFAULT 1.5,
    "at" timestamp with time zone DEFAULT "now"(),
    "low" "text" GENERATED ALWAYS AS ("lower"(("name")::"text")) STORED,
    CONSTRAINT "person_born_check" CHECK (("born" > '1900-01-01'::"date"))
);

ALTER TABLE ONLY "app"."person" FORCE ROW LEVEL SECURITY;

ALTER TABLE "app"."person" OWNER TO "joe";

COMMENT ON TABLE "app"."person" IS 'People''s table';

COMMENT ON COLUMN "app"."person"."mail" IS 'E-mail';

CREATE VIEW "app"."adults" AS
 SELECT "p"."id",
    "p"."name",
        CASE
            WHEN ("p"."born" < '2000-01-01'::"date") THEN 'old'::"text"
            ELSE 'new'::"text"
        END AS "kind",
    ( SELECT "count"(*) AS "count"
           FROM "app"."Order Line" "o"
          WHERE ("o"."Person Id" = "p"."id")) AS "orders"
   FROM "app"."person" "p"
  WHERE (("p"."score" > (1)::numeric) AND ("p"."mood" = ANY (ARRAY['good'::"app"."mood"])));

ALTER TABLE "app"."adults" OWNER TO "joe";

CREATE TABLE "app"."parent" (
    "a" integer,
    "b" "text" DEFAULT 'x'::"text"
);

ALTER TABLE "app"."parent" OWNER TO "postgres";

CREATE TABLE "app"."child" (
    "c" integer
)
INHERITS ("app"."parent");

ALTER TABLE "app"."child" OWNER TO "postgres";

CREATE TABLE "app"."event" (
    "id" integer NOT NULL,
    "at" "date" NOT NULL,
    "what" "text"
)
PARTITION BY RANGE ("at");

ALTER TABLE "app"."event" OWNER TO "postgres";

CREATE TABLE "app"."event_2025" (
    "id" integer NOT NULL,
    "at" "date" NOT NULL,
    "what" "text"
);

ALTER TABLE "app"."event_2025" OWNER TO "postgres";

CREATE TABLE "app"."event_rest" (
    "id" integer NOT NULL,
    "at" "date" NOT NULL,
    "what" "text"
);

ALTER TABLE "app"."event_rest" OWNER TO "postgres";

CREATE VIEW "app"."names" WITH ("security_invoker"='true', "security_barrier"='true') AS
 SELECT "person"."name"
   FROM "app"."person"
  WHERE (("person"."name")::"text" ~~ 'A%'::"text")
  WITH LOCAL CHECK OPTION;

ALTER TABLE "app"."names" OWNER TO "postgres";

CREATE SEQUENCE "app"."person_id_seq"
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE "app"."person_id_seq" OWNER TO "joe";

ALTER SEQUENCE "app"."person_id_seq" OWNED BY "app"."person"."id";

CREATE FOREIGN TABLE "app"."remote" (
    "a" integer,
    "b" "text"
)
SERVER "s"
OPTIONS (
    "t" 'x'
);

ALTER FOREIGN TABLE "app"."remote" OWNER TO "postgres";

CREATE MATERIALIZED VIEW "app"."totals" AS
 SELECT "date_trunc"('month'::"text", ("event"."at")::timestamp with time zone) AS "month",
    "count"(*) FILTER (WHERE ("event"."what" IS NOT NULL)) AS "n"
   FROM "app"."event"
  GROUP BY ("date_trunc"('month'::"text", ("event"."at")::timestamp with time zone))
  ORDER BY ("date_trunc"('month'::"text", ("event"."at")::timestamp with time zone))
  WITH NO DATA;

ALTER TABLE "app"."totals" OWNER TO "postgres";

ALTER TABLE ONLY "app"."event" ATTACH PARTITION "app"."event_2025" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

ALTER TABLE ONLY "app"."event" ATTACH PARTITION "app"."event_rest" DEFAULT;

ALTER TABLE ONLY "app"."child" ALTER COLUMN "b" SET DEFAULT 'x'::"text";

ALTER TABLE ONLY "app"."person" ALTER COLUMN "id" SET DEFAULT "nextval"('"app"."person_id_seq"'::"regclass");

ALTER TABLE ONLY "app"."Order Line"
    ADD CONSTRAINT "Order Line_n_price_key" UNIQUE NULLS NOT DISTINCT ("n", "price");

ALTER TABLE ONLY "app"."Order Line"
    ADD CONSTRAINT "Order Line_pkey" PRIMARY KEY ("id");

ALTER TABLE ONLY "app"."event"
    ADD CONSTRAINT "event_pkey" PRIMARY KEY ("id", "at");

ALTER TABLE ONLY "app"."event_2025"
    ADD CONSTRAINT "event_2025_pkey" PRIMARY KEY ("id", "at");

ALTER TABLE ONLY "app"."event_rest"
    ADD CONSTRAINT "event_rest_pkey" PRIMARY KEY ("id", "at");

ALTER TABLE ONLY "app"."person"
    ADD CONSTRAINT "person_pkey" PRIMARY KEY ("id");

CREATE INDEX "event_what_idx" ON ONLY "app"."event" USING "btree" ("what");

CREATE INDEX "event_2025_what_idx" ON "app"."event_2025" USING "btree" ("what");

CREATE INDEX "event_rest_what_idx" ON "app"."event_rest" USING "btree" ("what");

CREATE INDEX "person_lower_born_idx" ON "app"."person" USING "btree" ("lower"(("name")::"text") DESC, "born") WHERE ("born" IS NOT NULL);

CREATE UNIQUE INDEX "totals_month_idx" ON "app"."totals" USING "btree" ("month");

CREATE INDEX "trg" ON "app"."person" USING "gin" ("name" "public"."gin_trgm_ops");

ALTER INDEX "app"."event_pkey" ATTACH PARTITION "app"."event_2025_pkey";

ALTER INDEX "app"."event_what_idx" ATTACH PARTITION "app"."event_2025_what_idx";

ALTER INDEX "app"."event_pkey" ATTACH PARTITION "app"."event_rest_pkey";

ALTER INDEX "app"."event_what_idx" ATTACH PARTITION "app"."event_rest_what_idx";

CREATE STATISTICS "app"."st" (dependencies) ON "name", "born" FROM "app"."person";

ALTER STATISTICS "app"."st" OWNER TO "postgres";

CREATE RULE "ignore" AS
    ON DELETE TO "app"."child" DO INSTEAD NOTHING;

CREATE CONSTRAINT TRIGGER "late" AFTER INSERT ON "app"."person" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "app"."touch"();

CREATE TRIGGER "touch" BEFORE UPDATE OF "name", "born" ON "app"."person" FOR EACH ROW WHEN ((("old"."name")::"text" IS DISTINCT FROM ("new"."name")::"text")) EXECUTE FUNCTION "app"."touch"();

ALTER TABLE ONLY "app"."Order Line"
    ADD CONSTRAINT "Order Line_Person Id_fkey" FOREIGN KEY ("Person Id") REFERENCES "app"."person"("id") ON DELETE CASCADE;

CREATE POLICY "own" ON "app"."person" FOR SELECT TO "anon", "staff" USING (((("name")::"text" = CURRENT_USER) AND ( SELECT true)));

COMMENT ON POLICY "own" ON "app"."person" IS 'own';

ALTER TABLE "app"."person" ENABLE ROW LEVEL SECURITY;

CREATE POLICY "w" ON "app"."person" AS RESTRICTIVE FOR UPDATE USING ((EXISTS ( SELECT 1
   FROM "app"."Order Line" "l"
  WHERE ("l"."Person Id" = "person"."id")))) WITH CHECK (true);

CREATE PUBLICATION "pub" WITH (publish = 'insert, update, delete, truncate');

ALTER PUBLICATION "pub" OWNER TO "postgres";

ALTER PUBLICATION "pub" ADD TABLE ONLY "app"."person" ("id", "name") WHERE (("score" > (1)::numeric));

GRANT USAGE ON SCHEMA "app" TO "anon";

REVOKE ALL ON TYPE "app"."mood" FROM PUBLIC;

REVOKE ALL ON FUNCTION "app"."add"("a" integer, "b" integer) FROM PUBLIC;
GRANT ALL ON FUNCTION "app"."add"("a" integer, "b" integer) TO "anon";

GRANT USAGE ON SEQUENCE "app"."ticket" TO "anon";

GRANT SELECT ON TABLE "app"."Order Line" TO "anon";

GRANT SELECT ON TABLE "app"."person" TO "anon";

GRANT UPDATE("name") ON TABLE "app"."person" TO "staff" WITH GRANT OPTION;

GRANT SELECT ON TABLE "app"."adults" TO "anon";

GRANT SELECT ON TABLE "app"."parent" TO "anon";

GRANT SELECT ON TABLE "app"."child" TO "anon";

GRANT SELECT ON TABLE "app"."event" TO "anon";

GRANT SELECT ON TABLE "app"."event_2025" TO "anon";

GRANT SELECT ON TABLE "app"."event_rest" TO "anon";

GRANT SELECT ON TABLE "app"."names" TO "anon";

GRANT SELECT ON TABLE "app"."totals" TO "anon";

ALTER DEFAULT PRIVILEGES FOR ROLE "joe" IN SCHEMA "app" GRANT SELECT ON TABLES  TO "anon";

ALTER DEFAULT PRIVILEGES FOR ROLE "joe" REVOKE ALL ON FUNCTIONS  FROM PUBLIC;

CREATE EVENT TRIGGER "watch" ON "ddl_command_end"
         WHEN TAG IN ('CREATE TABLE')
   EXECUTE FUNCTION "app"."touched"();

ALTER EVENT TRIGGER "watch" OWNER TO "postgres";
