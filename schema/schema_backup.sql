


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;


CREATE SCHEMA IF NOT EXISTS "auth";


ALTER SCHEMA "auth" OWNER TO "supabase_admin";


CREATE SCHEMA IF NOT EXISTS "public";


ALTER SCHEMA "public" OWNER TO "pg_database_owner";


COMMENT ON SCHEMA "public" IS 'standard public schema';



CREATE SCHEMA IF NOT EXISTS "storage";


ALTER SCHEMA "storage" OWNER TO "supabase_admin";


CREATE TYPE "auth"."aal_level" AS ENUM (
    'aal1',
    'aal2',
    'aal3'
);


ALTER TYPE "auth"."aal_level" OWNER TO "supabase_auth_admin";


CREATE TYPE "auth"."code_challenge_method" AS ENUM (
    's256',
    'plain'
);


ALTER TYPE "auth"."code_challenge_method" OWNER TO "supabase_auth_admin";


CREATE TYPE "auth"."factor_status" AS ENUM (
    'unverified',
    'verified'
);


ALTER TYPE "auth"."factor_status" OWNER TO "supabase_auth_admin";


CREATE TYPE "auth"."factor_type" AS ENUM (
    'totp',
    'webauthn',
    'phone'
);


ALTER TYPE "auth"."factor_type" OWNER TO "supabase_auth_admin";


CREATE TYPE "auth"."one_time_token_type" AS ENUM (
    'confirmation_token',
    'reauthentication_token',
    'recovery_token',
    'email_change_token_new',
    'email_change_token_current',
    'phone_change_token'
);


ALTER TYPE "auth"."one_time_token_type" OWNER TO "supabase_auth_admin";


CREATE TYPE "public"."ai_purpose" AS ENUM (
    'story_text',
    'panel_image',
    'avatar_image',
    'moderation',
    'narration'
);


ALTER TYPE "public"."ai_purpose" OWNER TO "postgres";


COMMENT ON TYPE "public"."ai_purpose" IS 'The work that a model is called for.';



CREATE TYPE "public"."api_provider" AS ENUM (
    'openai',
    'anthropic',
    'stability',
    'elevenlabs'
);


ALTER TYPE "public"."api_provider" OWNER TO "postgres";


COMMENT ON TYPE "public"."api_provider" IS 'Companies whose models are called. A label is added here before the first call.';



CREATE TYPE "public"."character_kind" AS ENUM (
    'child',
    'adult',
    'pet',
    'magical'
);


ALTER TYPE "public"."character_kind" OWNER TO "postgres";


COMMENT ON TYPE "public"."character_kind" IS 'What a character is; it decides which descriptors the editor offers.';



CREATE TYPE "public"."character_role" AS ENUM (
    'hero',
    'companion',
    'rival',
    'cameo'
);


ALTER TYPE "public"."character_role" OWNER TO "postgres";


COMMENT ON TYPE "public"."character_role" IS 'Part that a character plays; every content has one hero at least.';



CREATE TYPE "public"."content_kind" AS ENUM (
    'story',
    'vignette'
);


ALTER TYPE "public"."content_kind" OWNER TO "postgres";


COMMENT ON TYPE "public"."content_kind" IS '`story` is a text of some pages, `vignette` a sequence of pictures with captions.';



CREATE TYPE "public"."content_status" AS ENUM (
    'draft',
    'queued',
    'generating',
    'ready',
    'failed'
);


ALTER TYPE "public"."content_status" OWNER TO "postgres";


COMMENT ON TYPE "public"."content_status" IS 'Where a generation stands. Only `ready` is shown to readers.';



CREATE TYPE "public"."descriptor_category" AS ENUM (
    'age',
    'gender',
    'pet',
    'attribute',
    'magical'
);


ALTER TYPE "public"."descriptor_category" OWNER TO "postgres";


COMMENT ON TYPE "public"."descriptor_category" IS 'The five lists of descriptors; each is a table of that name.';



CREATE DOMAIN "public"."hex_color" AS "text"
	CONSTRAINT "hex_color_format" CHECK ((VALUE ~ '^#[0-9a-f]{6}$'::"text"));


ALTER DOMAIN "public"."hex_color" OWNER TO "postgres";


COMMENT ON DOMAIN "public"."hex_color" IS 'A colour as `#rrggbb`, lower case, ready for a style sheet.';



CREATE DOMAIN "public"."locale_code" AS "text" DEFAULT 'en'::"text"
	CONSTRAINT "locale_code_format" CHECK ((VALUE ~ '^[a-z]{2}(-[A-Z]{2})?$'::"text"));


ALTER DOMAIN "public"."locale_code" OWNER TO "postgres";


COMMENT ON DOMAIN "public"."locale_code" IS 'A language with an optional region, such as `en` or `pt-BR`.';



CREATE TYPE "public"."panel_frame" AS (
	"x" smallint,
	"y" smallint,
	"width" smallint,
	"height" smallint
);


ALTER TYPE "public"."panel_frame" OWNER TO "postgres";


COMMENT ON TYPE "public"."panel_frame" IS 'A rectangle on the page in units of one per cent, from the upper left corner.';



CREATE TYPE "public"."price_unit" AS ENUM (
    'input_token',
    'cached_token',
    'output_token',
    'image',
    'second'
);


ALTER TYPE "public"."price_unit" OWNER TO "postgres";


COMMENT ON TYPE "public"."price_unit" IS 'What providers charge for.';



CREATE TYPE "public"."story_visibility" AS ENUM (
    'private',
    'family',
    'published'
);


ALTER TYPE "public"."story_visibility" OWNER TO "postgres";


COMMENT ON TYPE "public"."story_visibility" IS 'Who may read a story: its author, everyone with the family link, or everyone.';



CREATE TYPE "public"."subscription_status" AS ENUM (
    'free',
    'trialing',
    'active',
    'past_due',
    'cancelled'
);


ALTER TYPE "public"."subscription_status" OWNER TO "postgres";


COMMENT ON TYPE "public"."subscription_status" IS 'State of a subscription as the payment provider reports it; `free` means that there is none.';



CREATE DOMAIN "public"."usd_amount" AS numeric(10,6)
	CONSTRAINT "usd_amount_not_negative" CHECK ((VALUE >= (0)::numeric));


ALTER DOMAIN "public"."usd_amount" OWNER TO "postgres";


COMMENT ON DOMAIN "public"."usd_amount" IS 'An amount in US dollars with six decimals: one token of a language model costs a few millionths of a dollar.';



CREATE TYPE "storage"."buckettype" AS ENUM (
    'STANDARD',
    'ANALYTICS',
    'VECTOR'
);


ALTER TYPE "storage"."buckettype" OWNER TO "supabase_storage_admin";


CREATE OR REPLACE FUNCTION "auth"."email"() RETURNS "text"
    LANGUAGE "sql" STABLE
    AS $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;


ALTER FUNCTION "auth"."email"() OWNER TO "supabase_auth_admin";


COMMENT ON FUNCTION "auth"."email"() IS 'The e-mail address in the token. Prefer auth.jwt() ->> ''email''.';



CREATE OR REPLACE FUNCTION "auth"."jwt"() RETURNS "jsonb"
    LANGUAGE "sql" STABLE
    AS $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;


ALTER FUNCTION "auth"."jwt"() OWNER TO "supabase_auth_admin";


COMMENT ON FUNCTION "auth"."jwt"() IS 'The claims of the token that came with the request; null without a token.';



CREATE OR REPLACE FUNCTION "auth"."role"() RETURNS "text"
    LANGUAGE "sql" STABLE
    AS $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;


ALTER FUNCTION "auth"."role"() OWNER TO "supabase_auth_admin";


COMMENT ON FUNCTION "auth"."role"() IS 'The database role that the token names. Prefer the TO clause of a policy.';



CREATE OR REPLACE FUNCTION "auth"."uid"() RETURNS "uuid"
    LANGUAGE "sql" STABLE
    AS $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;


ALTER FUNCTION "auth"."uid"() OWNER TO "supabase_auth_admin";


COMMENT ON FUNCTION "auth"."uid"() IS 'The user who makes the request: claim `sub` of the token, null when nobody is signed in.';



CREATE PROCEDURE "public"."archive_old_content"(IN "p_keep" interval DEFAULT '30 days'::interval, IN "p_batch" integer DEFAULT 500)
    LANGUAGE "plpgsql"
    AS $$
declare
  v_deleted integer;
begin
  loop
    delete from public.content
    where id in (
      select id from public.content
      where deleted_at < now() - p_keep
      order by deleted_at
      limit p_batch
    );
    get diagnostics v_deleted = row_count;
    exit when v_deleted = 0;
    commit;
  end loop;
end;
$$;


ALTER PROCEDURE "public"."archive_old_content"(IN "p_keep" interval, IN "p_batch" integer) OWNER TO "postgres";


COMMENT ON PROCEDURE "public"."archive_old_content"(IN "p_keep" interval, IN "p_batch" integer) IS 'Empties the bin: deletes content that was put there longer ago than p_keep, in batches, each in its own transaction.';



CREATE OR REPLACE FUNCTION "public"."character_prompt"("p_character_id" "uuid") RETURNS "text"
    LANGUAGE "plpgsql" STABLE
    SET "search_path" TO ''
    AS $$
declare
  v_character public.character_profiles%rowtype;
  v_words text;
begin
  select * into v_character from public.character_profiles where id = p_character_id;
  if not found then
    return null;
  end if;

  select string_agg(w.prompt_text, ', ' order by w.strength desc, w.prompt_text) into v_words
  from (
    select coalesce(a.prompt_text, g.prompt_text, p.prompt_text, t.prompt_text, x.prompt_text) as prompt_text, m.strength
    from public.descriptor_mappings as m
    left join public.descriptors_age as a on a.id = m.age_id
    left join public.descriptors_gender as g on g.id = m.gender_id
    left join public.descriptors_pet as p on p.id = m.pet_id
    left join public.descriptors_attribute as t on t.id = m.attribute_id
    left join public.descriptors_magical as x on x.id = m.magical_id
    where m.character_id = p_character_id
  ) as w
  where w.prompt_text is not null;

  return concat_ws(
    '; ',
    format('%s, %s', v_character.name, coalesce(v_character.species, v_character.kind::text)),
    v_words,
    nullif(array_to_string(v_character.traits, ', '), ''),
    v_character.favourite_color
  );
end;
$$;


ALTER FUNCTION "public"."character_prompt"("p_character_id" "uuid") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."character_prompt"("p_character_id" "uuid") IS 'Describes a character for the image model, strongest descriptors first. Null when the character does not exist or belongs to somebody else.';



CREATE OR REPLACE FUNCTION "public"."consume_generation"("p_kind" "public"."content_kind" DEFAULT 'story'::"public"."content_kind") RETURNS integer
    LANGUAGE "plpgsql" SECURITY DEFINER
    SET "search_path" TO ''
    AS $$
declare
  v_user_id uuid := (select auth.uid());
  v_remaining integer;
begin
  if v_user_id is null then
    raise exception 'nobody is signed in' using errcode = '28000';
  end if;

  insert into public.generation_usage (user_id) values (v_user_id)
  on conflict (user_id, period_start) do nothing;

  -- Locks the row: two tabs cannot both take the last generation.
  perform 1 from public.generation_usage
  where user_id = v_user_id and period_start <= current_date and period_end > current_date
  for update;

  v_remaining := public.remaining_generations(v_user_id, current_date);
  if v_remaining <= 0 then
    raise exception 'no generations left in this period'
      using errcode = 'P0001', hint = 'upgrade the plan or wait for the next period';
  end if;

  update public.generation_usage
  set stories_generated = stories_generated + (p_kind = 'story')::integer,
      vignettes_generated = vignettes_generated + (p_kind = 'vignette')::integer,
      last_generated_at = now()
  where user_id = v_user_id and period_start <= current_date and period_end > current_date;

  return v_remaining - 1;
end;
$$;


ALTER FUNCTION "public"."consume_generation"("p_kind" "public"."content_kind") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."consume_generation"("p_kind" "public"."content_kind") IS 'Takes one generation from the plan of the user who asks and returns how many are left; raises an error when there is none.';



CREATE OR REPLACE FUNCTION "public"."enforce_character_limit"() RETURNS "trigger"
    LANGUAGE "plpgsql" SECURITY DEFINER
    SET "search_path" TO ''
    AS $$
declare
  v_limit smallint;
  v_count bigint;
begin
  select t.max_characters into v_limit
  from public.user_profiles as p
  join public.subscription_tiers as t on t.id = p.tier_id
  where p.id = new.user_id;

  select count(*) into v_count
  from public.character_profiles as c
  where c.user_id = new.user_id and c.archived_at is null;

  if v_count > v_limit then
    raise exception 'the plan allows % characters', v_limit
      using errcode = '23514', hint = 'archive a character or upgrade the plan';
  end if;
  return null;
end;
$$;


ALTER FUNCTION "public"."enforce_character_limit"() OWNER TO "postgres";


COMMENT ON FUNCTION "public"."enforce_character_limit"() IS 'Trigger function: refuses a character beyond the limit of the plan. A plan without limit compares with null and lets everything pass.';



CREATE OR REPLACE FUNCTION "public"."handle_new_user"() RETURNS "trigger"
    LANGUAGE "plpgsql" SECURITY DEFINER
    SET "search_path" TO ''
    AS $_$
begin
  insert into public.user_profiles (id, display_name, locale, tier_id)
  values (
    new.id,
    left(coalesce(new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name', ''), 80),
    coalesce(substring(new.raw_user_meta_data ->> 'locale' from '^[a-z]{2}(?:-[A-Z]{2})?$'), 'en'),
    (select id from public.subscription_tiers where code = 'free')
  )
  on conflict (id) do nothing;
  return new;
end;
$_$;


ALTER FUNCTION "public"."handle_new_user"() OWNER TO "postgres";


COMMENT ON FUNCTION "public"."handle_new_user"() IS 'Trigger function on auth.users: gives each new account a profile on the free plan. Name and language come from the sign-up form or from the sign-in provider.';



CREATE OR REPLACE FUNCTION "public"."log_api_cost"("p_config_id" "uuid", "p_usage" "jsonb", "p_user_id" "uuid" DEFAULT NULL::"uuid", "p_content_id" "uuid" DEFAULT NULL::"uuid") RETURNS bigint
    LANGUAGE "plpgsql" SECURITY DEFINER
    SET "search_path" TO ''
    AS $$
declare
  v_call public.api_cost_logs%rowtype;
  v_input integer := coalesce((p_usage ->> 'input_tokens')::integer, 0);
  v_cached integer := coalesce((p_usage ->> 'cached_tokens')::integer, 0);
  v_output integer := coalesce((p_usage ->> 'output_tokens')::integer, 0);
  v_images smallint := coalesce((p_usage ->> 'images')::smallint, 0);
begin
  insert into public.api_cost_logs (
    user_id, content_id, ai_config_id, purpose, provider, model, request_id, metadata,
    input_tokens, cached_tokens, output_tokens, image_count, input_cost, output_cost, image_cost
  )
  select
    p_user_id, p_content_id, a.id, a.purpose, a.provider, a.model, p_usage ->> 'request_id', p_usage,
    v_input, v_cached, v_output, v_images,
    coalesce((v_input - v_cached) * public.price_at(a.provider, a.model, 'input_token'), 0)
      + coalesce(v_cached * public.price_at(a.provider, a.model, 'cached_token'), 0),
    coalesce(v_output * public.price_at(a.provider, a.model, 'output_token'), 0),
    coalesce(v_images * public.price_at(a.provider, a.model, 'image'), 0)
  from public.ai_configs as a
  where a.id = p_config_id
  on conflict (provider, request_id) where request_id is not null do nothing
  returning * into v_call;

  -- Without a row the call was logged before, and nothing changes.
  update public.generation_usage as u
  set images_generated = u.images_generated + v_images,
      tokens_used = u.tokens_used + v_input + v_output,
      cost = u.cost + v_call.total_cost
  where v_call.id is not null and u.user_id = p_user_id
    and current_date >= u.period_start and current_date < u.period_end;
  return v_call.id;
end;
$$;


ALTER FUNCTION "public"."log_api_cost"("p_config_id" "uuid", "p_usage" "jsonb", "p_user_id" "uuid", "p_content_id" "uuid") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."log_api_cost"("p_config_id" "uuid", "p_usage" "jsonb", "p_user_id" "uuid", "p_content_id" "uuid") IS 'Writes one call to api_cost_logs at the prices of today and adds it to the usage of the user. Returns the row, or null when the request was logged before.';



CREATE OR REPLACE FUNCTION "public"."owns_content"("content_id" "uuid") RETURNS boolean
    LANGUAGE "sql" STABLE SECURITY DEFINER
    SET "search_path" TO ''
    AS $$
  select exists (
    select 1 from public.content as c
    where c.id = owns_content.content_id and c.user_id = (select auth.uid())
  );
$$;


ALTER FUNCTION "public"."owns_content"("content_id" "uuid") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."owns_content"("content_id" "uuid") IS 'True when the content belongs to the user who asks. SECURITY DEFINER, so that policies of other tables need no policy of content.';



CREATE OR REPLACE FUNCTION "public"."price_at"("p_provider" "public"."api_provider", "p_model" "text", "p_unit" "public"."price_unit", "p_day" "date" DEFAULT CURRENT_DATE) RETURNS numeric
    LANGUAGE "sql" STABLE
    SET "search_path" TO ''
    AS $$
  select p.price
  from public.api_prices as p
  where p.provider = p_provider
    and p.model = p_model
    and p.unit = p_unit
    and p.valid_from <= p_day
    and (p.valid_to is null or p.valid_to > p_day)
  order by p.valid_from desc
  limit 1;
$$;


ALTER FUNCTION "public"."price_at"("p_provider" "public"."api_provider", "p_model" "text", "p_unit" "public"."price_unit", "p_day" "date") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."price_at"("p_provider" "public"."api_provider", "p_model" "text", "p_unit" "public"."price_unit", "p_day" "date") IS 'The price of one unit on a day; null when the price list has none, which callers must not read as free of charge.';



CREATE OR REPLACE FUNCTION "public"."publish_story"("p_story_id" "uuid") RETURNS "text"
    LANGUAGE "plpgsql"
    SET "search_path" TO ''
    AS $$
declare
  v_slug text;
begin
  if not exists (
    select 1 from public.content as c
    where c.story_id = p_story_id and c.status = 'ready'
  ) then
    raise exception 'story % has no finished content', p_story_id using errcode = '55000';
  end if;

  update public.stories
  set visibility = 'published',
      published_at = now(),
      slug = public.slugify(title) || '-' || left(id::text, 8)
  where id = p_story_id
  returning slug into v_slug;

  if v_slug is null then
    raise exception 'story % does not exist or is not yours', p_story_id using errcode = 'P0002';
  end if;
  return v_slug;
end;
$$;


ALTER FUNCTION "public"."publish_story"("p_story_id" "uuid") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."publish_story"("p_story_id" "uuid") IS 'Puts a story on the public shelf and returns its address. Runs with the rights of the caller: only the author gets past row security.';



CREATE OR REPLACE FUNCTION "public"."refresh_monthly_costs"() RETURNS "void"
    LANGUAGE "plpgsql" SECURITY DEFINER
    SET "search_path" TO ''
    AS $$
begin
  refresh materialized view concurrently public.monthly_api_costs;
end;
$$;


ALTER FUNCTION "public"."refresh_monthly_costs"() OWNER TO "postgres";


COMMENT ON FUNCTION "public"."refresh_monthly_costs"() IS 'Recomputes monthly_api_costs without blocking its readers. Called every night.';



CREATE OR REPLACE FUNCTION "public"."remaining_generations"("p_user_id" "uuid", "p_day" "date") RETURNS integer
    LANGUAGE "sql" STABLE SECURITY DEFINER
    SET "search_path" TO ''
    AS $$
  select coalesce(t.monthly_generations, free.monthly_generations)
       + coalesce(u.bonus_generations, 0)
       - coalesce(u.total_generated, 0)
  from public.user_profiles as p
  cross join (select monthly_generations from public.subscription_tiers where code = 'free') as free
  left join public.subscription_tiers as t on t.id = p.tier_id and p.subscription_status in ('trialing', 'active')
  left join public.generation_usage as u
    on u.user_id = p.id and p_day >= u.period_start and p_day < u.period_end
  where p.id = p_user_id;
$$;


ALTER FUNCTION "public"."remaining_generations"("p_user_id" "uuid", "p_day" "date") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."remaining_generations"("p_user_id" "uuid", "p_day" "date") IS 'Generations that a user had left on a day: plan and bonus minus what was generated. For the server; a user asks without arguments.';



CREATE OR REPLACE FUNCTION "public"."remaining_generations"() RETURNS integer
    LANGUAGE "sql" STABLE SECURITY DEFINER
    SET "search_path" TO ''
    BEGIN ATOMIC
 SELECT "public"."remaining_generations"(( SELECT "auth"."uid"() AS "uid"), CURRENT_DATE) AS "remaining_generations";
END;


ALTER FUNCTION "public"."remaining_generations"() OWNER TO "postgres";


COMMENT ON FUNCTION "public"."remaining_generations"() IS 'Generations that the user who asks has left in this billing period.';



CREATE OR REPLACE FUNCTION "public"."search_stories"("p_query" "text", "p_limit" integer DEFAULT 20, "p_offset" integer DEFAULT 0) RETURNS TABLE("id" "uuid", "title" "text", "summary" "text", "author" "text", "rank" real)
    LANGUAGE "sql" STABLE SECURITY DEFINER ROWS 20
    SET "search_path" TO ''
    AS $$
  select s.id, s.title, s.summary, p.display_name, ts_rank(s.search, q.query)
  from websearch_to_tsquery('simple', p_query) as q (query)
  join public.stories as s on s.search @@ q.query
  join public.user_profiles as p on p.id = s.user_id
  where s.visibility = 'published'
  order by ts_rank(s.search, q.query) desc, s.published_at desc
  limit least(p_limit, 100)
  offset p_offset;
$$;


ALTER FUNCTION "public"."search_stories"("p_query" "text", "p_limit" integer, "p_offset" integer) OWNER TO "postgres";


COMMENT ON FUNCTION "public"."search_stories"("p_query" "text", "p_limit" integer, "p_offset" integer) IS 'Searches the public shelf, best match first, at most 100 rows. SECURITY DEFINER because visitors may not read profiles; it returns nothing of a profile but the display name.';



CREATE OR REPLACE FUNCTION "public"."set_updated_at"() RETURNS "trigger"
    LANGUAGE "plpgsql"
    SET "search_path" TO ''
    AS $$
begin
  new.updated_at = now();
  return new;
end;
$$;


ALTER FUNCTION "public"."set_updated_at"() OWNER TO "postgres";


COMMENT ON FUNCTION "public"."set_updated_at"() IS 'Trigger function: stamps updated_at with the time of the transaction, whatever the client sent.';



CREATE OR REPLACE FUNCTION "public"."slugify"("p_text" "text") RETURNS "text"
    LANGUAGE "sql" IMMUTABLE STRICT PARALLEL SAFE
    RETURN TRIM(BOTH '-'::"text" FROM "regexp_replace"("lower"("p_text"), '[^a-z0-9]+'::"text", '-'::"text", 'g'::"text"));


ALTER FUNCTION "public"."slugify"("p_text" "text") OWNER TO "postgres";


COMMENT ON FUNCTION "public"."slugify"("p_text" "text") IS 'Turns a title into the last part of an address: `The Fox & the Moon` becomes `the-fox-the-moon`.';



CREATE OR REPLACE FUNCTION "public"."touch_content"() RETURNS "trigger"
    LANGUAGE "plpgsql"
    SET "search_path" TO ''
    AS $$
begin
  update public.content set updated_at = now() where id = new.content_id;
  return null;
end;
$$;


ALTER FUNCTION "public"."touch_content"() OWNER TO "postgres";


COMMENT ON FUNCTION "public"."touch_content"() IS 'Trigger function: a new caption or picture counts as a change of the content.';



CREATE OR REPLACE FUNCTION "storage"."can_insert_object"("bucketid" "text", "name" "text", "owner" "uuid", "metadata" "jsonb") RETURNS "void"
    LANGUAGE "plpgsql"
    AS $$
begin
  insert into storage.objects (bucket_id, name, owner, metadata) values (bucketid, name, owner, metadata);
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'rollback successful insert';
end
$$;


ALTER FUNCTION "storage"."can_insert_object"("bucketid" "text", "name" "text", "owner" "uuid", "metadata" "jsonb") OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."can_insert_object"("bucketid" "text", "name" "text", "owner" "uuid", "metadata" "jsonb") IS 'Fails in any case; the error tells whether the policies allow the file.';



CREATE OR REPLACE FUNCTION "storage"."enforce_bucket_name_length"() RETURNS "trigger"
    LANGUAGE "plpgsql"
    AS $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" is too long (% characters). Max is 100.', new.name, length(new.name);
  end if;
  return new;
end
$$;


ALTER FUNCTION "storage"."enforce_bucket_name_length"() OWNER TO "supabase_storage_admin";


CREATE OR REPLACE FUNCTION "storage"."extension"("name" "text") RETURNS "text"
    LANGUAGE "plpgsql"
    AS $$
declare
  file text := storage.filename(name);
begin
  return reverse(split_part(reverse(file), '.', 1));
end
$$;


ALTER FUNCTION "storage"."extension"("name" "text") OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."extension"("name" "text") IS 'What follows the last dot of a path: `png` of `a/b/c.png`.';



CREATE OR REPLACE FUNCTION "storage"."filename"("name" "text") RETURNS "text"
    LANGUAGE "plpgsql"
    AS $$
declare
  parts text[] := string_to_array(name, '/');
begin
  return parts[array_length(parts, 1)];
end
$$;


ALTER FUNCTION "storage"."filename"("name" "text") OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."filename"("name" "text") IS 'The last part of a path: `c.png` of `a/b/c.png`.';



CREATE OR REPLACE FUNCTION "storage"."foldername"("name" "text") RETURNS "text"[]
    LANGUAGE "plpgsql"
    AS $$
declare
  parts text[] := string_to_array(name, '/');
begin
  return parts[1:array_length(parts, 1) - 1];
end
$$;


ALTER FUNCTION "storage"."foldername"("name" "text") OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."foldername"("name" "text") IS 'The folders of a path: `{a,b}` of `a/b/c.png`.';



CREATE OR REPLACE FUNCTION "storage"."get_level"("name" "text") RETURNS integer
    LANGUAGE "sql" IMMUTABLE STRICT
    AS $$
  select cardinality(string_to_array(name, '/'))
$$;


ALTER FUNCTION "storage"."get_level"("name" "text") OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."get_level"("name" "text") IS 'How many parts a path has: 3 of `a/b/c.png`.';



CREATE OR REPLACE FUNCTION "storage"."get_size_by_bucket"() RETURNS TABLE("size" bigint, "bucket_id" "text")
    LANGUAGE "plpgsql"
    AS $$
begin
  return query
    select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id
    from storage.objects as o group by o.bucket_id;
end
$$;


ALTER FUNCTION "storage"."get_size_by_bucket"() OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."get_size_by_bucket"() IS 'The bytes that the files of each bucket take.';



CREATE OR REPLACE FUNCTION "storage"."operation"() RETURNS "text"
    LANGUAGE "plpgsql" STABLE
    AS $$
begin
  return current_setting('storage.operation', true);
end
$$;


ALTER FUNCTION "storage"."operation"() OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."operation"() IS 'What the storage server is doing: `storage.object.list`, for instance.';



CREATE OR REPLACE FUNCTION "storage"."search"("prefix" "text", "bucketname" "text", "limits" integer DEFAULT 100, "levels" integer DEFAULT 1, "offsets" integer DEFAULT 0, "search" "text" DEFAULT ''::"text", "sortcolumn" "text" DEFAULT 'name'::"text", "sortorder" "text" DEFAULT 'asc'::"text") RETURNS TABLE("name" "text", "id" "uuid", "updated_at" timestamp with time zone, "created_at" timestamp with time zone, "last_accessed_at" timestamp with time zone, "metadata" "jsonb")
    LANGUAGE "plpgsql" STABLE
    AS $_$
declare
  column_name text := case
    when sortcolumn in ('name', 'updated_at', 'created_at', 'last_accessed_at') then sortcolumn
    else 'name'
  end;
  direction text := case when lower(sortorder) = 'desc' then 'desc' else 'asc' end;
begin
  return query execute format(
    'with matching as (
       select o.* from storage.objects as o
       where o.bucket_id = $1 and o.name ilike $2 || $3 || ''%%''
     ), folders as (
       select distinct m.path_tokens[$4] as folder from matching as m
       where cardinality(m.path_tokens) <> $4
     )
     (select f.folder, null::uuid, null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb
      from folders as f order by f.folder %2$s)
     union all
     (select m.path_tokens[$4], m.id, m.updated_at, m.created_at, m.last_accessed_at, m.metadata
      from matching as m where cardinality(m.path_tokens) = $4 order by m.%1$I %2$s)
     limit $5 offset $6',
    column_name, direction
  ) using bucketname, prefix, search, levels, limits, offsets;
end
$_$;


ALTER FUNCTION "storage"."search"("prefix" "text", "bucketname" "text", "limits" integer, "levels" integer, "offsets" integer, "search" "text", "sortcolumn" "text", "sortorder" "text") OWNER TO "supabase_storage_admin";


COMMENT ON FUNCTION "storage"."search"("prefix" "text", "bucketname" "text", "limits" integer, "levels" integer, "offsets" integer, "search" "text", "sortcolumn" "text", "sortorder" "text") IS 'Lists one level of a bucket: first its folders, then its files in the wanted order.';



CREATE OR REPLACE FUNCTION "storage"."update_updated_at_column"() RETURNS "trigger"
    LANGUAGE "plpgsql"
    AS $$
begin
  new.updated_at = now();
  return new;
end
$$;


ALTER FUNCTION "storage"."update_updated_at_column"() OWNER TO "supabase_storage_admin";

SET default_tablespace = '';

SET default_table_access_method = "heap";


CREATE TABLE IF NOT EXISTS "auth"."audit_log_entries" (
    "instance_id" "uuid",
    "id" "uuid" NOT NULL,
    "payload" json,
    "created_at" timestamp with time zone,
    "ip_address" character varying(64) DEFAULT ''::character varying NOT NULL
);


ALTER TABLE "auth"."audit_log_entries" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."audit_log_entries" IS 'What accounts did: signed in, changed the password, were deleted.';



CREATE TABLE IF NOT EXISTS "auth"."flow_state" (
    "id" "uuid" NOT NULL,
    "user_id" "uuid",
    "auth_code" "text" NOT NULL,
    "code_challenge_method" "auth"."code_challenge_method" NOT NULL,
    "code_challenge" "text" NOT NULL,
    "provider_type" "text" NOT NULL,
    "provider_access_token" "text",
    "provider_refresh_token" "text",
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "authentication_method" "text" NOT NULL,
    "auth_code_issued_at" timestamp with time zone
);


ALTER TABLE "auth"."flow_state" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."flow_state" IS 'Sign-ins with an authorization code (PKCE) that have begun and are not finished.';



CREATE TABLE IF NOT EXISTS "auth"."identities" (
    "provider_id" "text" NOT NULL,
    "user_id" "uuid" NOT NULL,
    "identity_data" "jsonb" NOT NULL,
    "provider" "text" NOT NULL,
    "last_sign_in_at" timestamp with time zone,
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "email" "text" GENERATED ALWAYS AS ("lower"(("identity_data" ->> 'email'::"text"))) STORED,
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL
);


ALTER TABLE "auth"."identities" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."identities" IS 'The ways in which an account signs in: one row per account and provider.';



COMMENT ON COLUMN "auth"."identities"."email" IS 'The e-mail address in identity_data, in lower case.';



CREATE TABLE IF NOT EXISTS "auth"."instances" (
    "id" "uuid" NOT NULL,
    "uuid" "uuid",
    "raw_base_config" "text",
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone
);


ALTER TABLE "auth"."instances" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."instances" IS 'Sites that share one authentication server. A hosted project has none.';



CREATE TABLE IF NOT EXISTS "auth"."mfa_amr_claims" (
    "session_id" "uuid" NOT NULL,
    "created_at" timestamp with time zone NOT NULL,
    "updated_at" timestamp with time zone NOT NULL,
    "authentication_method" "text" NOT NULL,
    "id" "uuid" NOT NULL
);


ALTER TABLE "auth"."mfa_amr_claims" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."mfa_amr_claims" IS 'The authentication methods that a session has passed.';



CREATE TABLE IF NOT EXISTS "auth"."mfa_challenges" (
    "id" "uuid" NOT NULL,
    "factor_id" "uuid" NOT NULL,
    "created_at" timestamp with time zone NOT NULL,
    "verified_at" timestamp with time zone,
    "ip_address" "inet" NOT NULL,
    "otp_code" "text"
);


ALTER TABLE "auth"."mfa_challenges" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."mfa_challenges" IS 'Requests to prove a second factor, and when they were answered.';



CREATE TABLE IF NOT EXISTS "auth"."mfa_factors" (
    "id" "uuid" NOT NULL,
    "user_id" "uuid" NOT NULL,
    "friendly_name" "text",
    "factor_type" "auth"."factor_type" NOT NULL,
    "status" "auth"."factor_status" NOT NULL,
    "created_at" timestamp with time zone NOT NULL,
    "updated_at" timestamp with time zone NOT NULL,
    "secret" "text",
    "phone" "text",
    "last_challenged_at" timestamp with time zone,
    "web_authn_credential" "jsonb"
);


ALTER TABLE "auth"."mfa_factors" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."mfa_factors" IS 'The second factors of an account: an authenticator application, a security key or a telephone.';



CREATE TABLE IF NOT EXISTS "auth"."one_time_tokens" (
    "id" "uuid" NOT NULL,
    "user_id" "uuid" NOT NULL,
    "token_type" "auth"."one_time_token_type" NOT NULL,
    "token_hash" "text" NOT NULL,
    "relates_to" "text" NOT NULL,
    "created_at" timestamp without time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp without time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "one_time_tokens_token_hash_check" CHECK (("char_length"("token_hash") > 0))
);


ALTER TABLE "auth"."one_time_tokens" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."one_time_tokens" IS 'Hashes of the tokens in confirmation, recovery and change-of-address messages.';



CREATE TABLE IF NOT EXISTS "auth"."refresh_tokens" (
    "instance_id" "uuid",
    "id" bigint NOT NULL,
    "token" character varying(255),
    "user_id" character varying(255),
    "revoked" boolean,
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "parent" character varying(255),
    "session_id" "uuid"
);


ALTER TABLE "auth"."refresh_tokens" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."refresh_tokens" IS 'Tokens that buy a new access token; each is used once and names its parent.';



CREATE SEQUENCE IF NOT EXISTS "auth"."refresh_tokens_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE "auth"."refresh_tokens_id_seq" OWNER TO "supabase_auth_admin";


ALTER SEQUENCE "auth"."refresh_tokens_id_seq" OWNED BY "auth"."refresh_tokens"."id";



CREATE TABLE IF NOT EXISTS "auth"."saml_providers" (
    "id" "uuid" NOT NULL,
    "sso_provider_id" "uuid" NOT NULL,
    "entity_id" "text" NOT NULL,
    "metadata_xml" "text" NOT NULL,
    "metadata_url" "text",
    "attribute_mapping" "jsonb",
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "name_id_format" "text",
    CONSTRAINT "entity_id not empty" CHECK (("char_length"("entity_id") > 0)),
    CONSTRAINT "metadata_url not empty" CHECK ((("metadata_url" = NULL::"text") OR ("char_length"("metadata_url") > 0))),
    CONSTRAINT "metadata_xml not empty" CHECK (("char_length"("metadata_xml") > 0))
);


ALTER TABLE "auth"."saml_providers" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."saml_providers" IS 'The SAML metadata of a provider of single sign-on.';



CREATE TABLE IF NOT EXISTS "auth"."saml_relay_states" (
    "id" "uuid" NOT NULL,
    "sso_provider_id" "uuid" NOT NULL,
    "request_id" "text" NOT NULL,
    "for_email" "text",
    "redirect_to" "text",
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "flow_state_id" "uuid",
    CONSTRAINT "request_id not empty" CHECK (("char_length"("request_id") > 0))
);


ALTER TABLE "auth"."saml_relay_states" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."saml_relay_states" IS 'SAML sign-ins that this side began, until the provider answers.';



CREATE TABLE IF NOT EXISTS "auth"."schema_migrations" (
    "version" character varying(255) NOT NULL
);


ALTER TABLE "auth"."schema_migrations" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."schema_migrations" IS 'The migrations of the authentication server that have run here.';



CREATE TABLE IF NOT EXISTS "auth"."sessions" (
    "id" "uuid" NOT NULL,
    "user_id" "uuid" NOT NULL,
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "factor_id" "uuid",
    "aal" "auth"."aal_level",
    "not_after" timestamp with time zone,
    "refreshed_at" timestamp without time zone,
    "user_agent" "text",
    "ip" "inet",
    "tag" "text"
);


ALTER TABLE "auth"."sessions" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."sessions" IS 'A session begins with a sign-in and lives as long as its refresh tokens do.';



COMMENT ON COLUMN "auth"."sessions"."aal" IS 'How surely the user is known: aal2 after a second factor.';



COMMENT ON COLUMN "auth"."sessions"."not_after" IS 'The session ends at this time, whatever its tokens say.';



CREATE TABLE IF NOT EXISTS "auth"."sso_domains" (
    "id" "uuid" NOT NULL,
    "sso_provider_id" "uuid" NOT NULL,
    "domain" "text" NOT NULL,
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    CONSTRAINT "domain not empty" CHECK (("char_length"("domain") > 0))
);


ALTER TABLE "auth"."sso_domains" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."sso_domains" IS 'Which provider of single sign-on answers for an e-mail domain.';



CREATE TABLE IF NOT EXISTS "auth"."sso_providers" (
    "id" "uuid" NOT NULL,
    "resource_id" "text",
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "disabled" boolean,
    CONSTRAINT "resource_id not empty" CHECK ((("resource_id" = NULL::"text") OR ("char_length"("resource_id") > 0)))
);


ALTER TABLE "auth"."sso_providers" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."sso_providers" IS 'Providers of single sign-on; saml_providers has the details of those that speak SAML.';



COMMENT ON COLUMN "auth"."sso_providers"."resource_id" IS 'A name chosen by the administrator, unique without regard to case.';



CREATE TABLE IF NOT EXISTS "auth"."users" (
    "instance_id" "uuid",
    "id" "uuid" NOT NULL,
    "aud" character varying(255),
    "role" character varying(255),
    "email" character varying(255),
    "encrypted_password" character varying(255),
    "email_confirmed_at" timestamp with time zone,
    "invited_at" timestamp with time zone,
    "confirmation_token" character varying(255),
    "confirmation_sent_at" timestamp with time zone,
    "recovery_token" character varying(255),
    "recovery_sent_at" timestamp with time zone,
    "email_change_token_new" character varying(255),
    "email_change" character varying(255),
    "email_change_sent_at" timestamp with time zone,
    "last_sign_in_at" timestamp with time zone,
    "raw_app_meta_data" "jsonb",
    "raw_user_meta_data" "jsonb",
    "is_super_admin" boolean,
    "created_at" timestamp with time zone,
    "updated_at" timestamp with time zone,
    "phone" "text" DEFAULT NULL::character varying,
    "phone_confirmed_at" timestamp with time zone,
    "phone_change" "text" DEFAULT ''::character varying,
    "phone_change_token" character varying(255) DEFAULT ''::character varying,
    "phone_change_sent_at" timestamp with time zone,
    "confirmed_at" timestamp with time zone GENERATED ALWAYS AS (LEAST("email_confirmed_at", "phone_confirmed_at")) STORED,
    "email_change_token_current" character varying(255) DEFAULT ''::character varying,
    "email_change_confirm_status" smallint DEFAULT 0,
    "banned_until" timestamp with time zone,
    "reauthentication_token" character varying(255) DEFAULT ''::character varying,
    "reauthentication_sent_at" timestamp with time zone,
    "is_sso_user" boolean DEFAULT false NOT NULL,
    "deleted_at" timestamp with time zone,
    "is_anonymous" boolean DEFAULT false NOT NULL,
    CONSTRAINT "users_email_change_confirm_status_check" CHECK ((("email_change_confirm_status" >= 0) AND ("email_change_confirm_status" <= 2)))
);


ALTER TABLE "auth"."users" OWNER TO "supabase_auth_admin";


COMMENT ON TABLE "auth"."users" IS 'The accounts that can sign in. Maintained by the authentication server; never write to it directly.';



COMMENT ON COLUMN "auth"."users"."raw_app_meta_data" IS 'Claims that only the server sets: providers, roles, flags. Safe in a policy.';



COMMENT ON COLUMN "auth"."users"."raw_user_meta_data" IS 'Claims that the user may edit: name, picture, language. Not safe in a policy.';



COMMENT ON COLUMN "auth"."users"."is_sso_user" IS 'True for an account that came through single sign-on; only these may share an e-mail address.';



COMMENT ON COLUMN "auth"."users"."is_anonymous" IS 'True for an account without e-mail address and password. It has role authenticated nevertheless.';



CREATE TABLE IF NOT EXISTS "public"."ai_configs" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "name" "text" NOT NULL,
    "purpose" "public"."ai_purpose" NOT NULL,
    "provider" "public"."api_provider" NOT NULL,
    "model" "text" NOT NULL,
    "fallback_id" "uuid",
    "system_prompt" "text",
    "temperature" numeric(3,2),
    "max_output_tokens" integer,
    "timeout" interval DEFAULT '00:01:00'::interval NOT NULL,
    "parameters" "jsonb" DEFAULT '{}'::"jsonb" NOT NULL,
    "version" smallint DEFAULT 1 NOT NULL,
    "is_active" boolean DEFAULT false NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "valid_from" "date" DEFAULT '2024-07-01'::"date" NOT NULL,
    CONSTRAINT "ai_configs_no_self_fallback" CHECK (("fallback_id" <> "id")),
    CONSTRAINT "ai_configs_temperature_range" CHECK ((("temperature" >= (0)::numeric) AND ("temperature" <= (2)::numeric)))
);


ALTER TABLE "public"."ai_configs" OWNER TO "postgres";


COMMENT ON TABLE "public"."ai_configs" IS 'Models and prompts, kept as rows so that a new prompt needs no deployment. Old versions stay for comparison.';



COMMENT ON COLUMN "public"."ai_configs"."name" IS 'A name for people: `panels, watercolour, v3`.';



COMMENT ON COLUMN "public"."ai_configs"."model" IS 'The model as its provider names it.';



COMMENT ON COLUMN "public"."ai_configs"."fallback_id" IS 'Configuration to try when this one fails or is too slow.';



COMMENT ON COLUMN "public"."ai_configs"."system_prompt" IS 'Sent before the prompt of the user. Placeholders look like `{{hero}}`; an unknown one is left as `<none>`.';



COMMENT ON COLUMN "public"."ai_configs"."temperature" IS 'From 0, always the same, to 2, nonsense. Null leaves it to the provider.';



COMMENT ON COLUMN "public"."ai_configs"."max_output_tokens" IS 'Longest answer; null leaves it to the provider.';



COMMENT ON COLUMN "public"."ai_configs"."timeout" IS 'Longest wait for an answer before the fallback is called.';



COMMENT ON COLUMN "public"."ai_configs"."parameters" IS 'Passed to the provider unchanged.';



COMMENT ON COLUMN "public"."ai_configs"."version" IS 'Counts the versions of one prompt; copied to the metadata of the content it made.';



COMMENT ON COLUMN "public"."ai_configs"."is_active" IS 'In force. Switch two rows in one transaction.';



COMMENT ON COLUMN "public"."ai_configs"."valid_from" IS 'Day on which the configuration was first used.';



CREATE TABLE IF NOT EXISTS "public"."api_cost_logs" (
    "id" bigint NOT NULL,
    "user_id" "uuid",
    "content_id" "uuid",
    "ai_config_id" "uuid",
    "purpose" "public"."ai_purpose" NOT NULL,
    "provider" "public"."api_provider" NOT NULL,
    "model" "text" NOT NULL,
    "request_id" "text",
    "input_tokens" integer DEFAULT 0 NOT NULL,
    "cached_tokens" integer DEFAULT 0 NOT NULL,
    "output_tokens" integer DEFAULT 0 NOT NULL,
    "image_count" smallint DEFAULT 0 NOT NULL,
    "input_cost" "public"."usd_amount" DEFAULT 0 NOT NULL,
    "output_cost" "public"."usd_amount" DEFAULT 0 NOT NULL,
    "image_cost" "public"."usd_amount" DEFAULT 0 NOT NULL,
    "total_cost" numeric(12,6) GENERATED ALWAYS AS (((("input_cost")::numeric + ("output_cost")::numeric) + ("image_cost")::numeric)) STORED,
    "latency_ms" integer,
    "http_status" smallint,
    "metadata" "jsonb" DEFAULT '{}'::"jsonb" NOT NULL,
    "called_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "api_cost_logs_cached_part_of_input" CHECK ((("cached_tokens" >= 0) AND ("cached_tokens" <= "input_tokens"))),
    CONSTRAINT "api_cost_logs_http_status_check" CHECK ((("http_status" >= 100) AND ("http_status" <= 599))),
    CONSTRAINT "api_cost_logs_tokens_not_negative" CHECK ((("input_tokens" >= 0) AND ("output_tokens" >= 0)))
);


ALTER TABLE "public"."api_cost_logs" OWNER TO "postgres";


COMMENT ON TABLE "public"."api_cost_logs" IS 'Every call of a model: who, what for, how long, how much. Rows outlive the user and the content, for the books.';



COMMENT ON COLUMN "public"."api_cost_logs"."user_id" IS 'For whom the call was made; null after the account was deleted, and for calls of our own.';



COMMENT ON COLUMN "public"."api_cost_logs"."content_id" IS 'The content that the call worked on, if it still exists.';



COMMENT ON COLUMN "public"."api_cost_logs"."ai_config_id" IS 'The prompt and settings of the call.';



COMMENT ON COLUMN "public"."api_cost_logs"."request_id" IS 'Identifier given by the provider; ask for it in a support case. Also keeps a retried webhook from counting twice.';



COMMENT ON COLUMN "public"."api_cost_logs"."cached_tokens" IS 'Part of input_tokens that the provider had cached and charges less for.';



COMMENT ON COLUMN "public"."api_cost_logs"."image_count" IS 'Pictures that were made, also those that were thrown away.';



COMMENT ON COLUMN "public"."api_cost_logs"."total_cost" IS 'Sum of the three costs in US dollars.';



COMMENT ON COLUMN "public"."api_cost_logs"."latency_ms" IS 'Milliseconds from the request to the last byte.';



COMMENT ON COLUMN "public"."api_cost_logs"."http_status" IS 'Answer of the provider; 429 means that the call was repeated later.';



COMMENT ON COLUMN "public"."api_cost_logs"."metadata" IS 'Anything that helps debugging: region, retry count, finish reason, safety flags.';



COMMENT ON COLUMN "public"."api_cost_logs"."called_at" IS 'When the request was sent.';



ALTER TABLE "public"."api_cost_logs" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME "public"."api_cost_logs_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."api_prices" (
    "id" integer NOT NULL,
    "provider" "public"."api_provider" NOT NULL,
    "model" "text" NOT NULL,
    "unit" "public"."price_unit" NOT NULL,
    "price" numeric(14,10) NOT NULL,
    "currency" character(3) DEFAULT 'USD'::"bpchar" NOT NULL,
    "valid_from" "date" NOT NULL,
    "valid_to" "date",
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "api_prices_period" CHECK (("valid_to" > "valid_from")),
    CONSTRAINT "api_prices_price_check" CHECK (("price" >= (0)::numeric))
);


ALTER TABLE "public"."api_prices" OWNER TO "postgres";


COMMENT ON TABLE "public"."api_prices" IS 'What providers charge for one unit. A price is never changed: it gets a last day, and a new row begins.';



COMMENT ON COLUMN "public"."api_prices"."model" IS 'The model as its provider names it, as in api_cost_logs.';



COMMENT ON COLUMN "public"."api_prices"."price" IS 'Price of one token, picture or second, ten decimals.';



COMMENT ON COLUMN "public"."api_prices"."currency" IS 'ISO 4217. All costs are in US dollars so far.';



COMMENT ON COLUMN "public"."api_prices"."valid_from" IS 'First day on which the price holds.';



COMMENT ON COLUMN "public"."api_prices"."valid_to" IS 'First day on which the price no longer holds; null while it does.';



ALTER TABLE "public"."api_prices" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME "public"."api_prices_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."avatar_cache" (
    "id" bigint NOT NULL,
    "character_id" "uuid" NOT NULL,
    "prompt_hash" "text" CONSTRAINT "avatar_cache_prompt_sha_not_null" NOT NULL,
    "style" "text",
    "provider" "public"."api_provider" NOT NULL,
    "image_path" "text" NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "last_used_at" timestamp with time zone,
    "expires_at" timestamp with time zone DEFAULT ("now"() + '90 days'::interval) NOT NULL,
    CONSTRAINT "avatar_cache_prompt_hash_check" CHECK (("prompt_hash" ~ '^[0-9a-f]{64}$'::"text"))
);


ALTER TABLE "public"."avatar_cache" OWNER TO "postgres";


COMMENT ON TABLE "public"."avatar_cache" IS 'Portraits of characters that have been generated already. A row may vanish at any time: the portrait is then made again.';



COMMENT ON COLUMN "public"."avatar_cache"."prompt_hash" IS 'SHA-256 of the prompt in hexadecimal digits.';



COMMENT ON COLUMN "public"."avatar_cache"."style" IS 'Art style, as in story_parameters; null is the style of the house.';



COMMENT ON COLUMN "public"."avatar_cache"."image_path" IS 'Path of the portrait in bucket avatars.';



COMMENT ON COLUMN "public"."avatar_cache"."last_used_at" IS 'When it was last found here instead of being made again.';



COMMENT ON COLUMN "public"."avatar_cache"."expires_at" IS 'The nightly job removes the row and the file after this time.';



CREATE SEQUENCE IF NOT EXISTS "public"."avatar_cache_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE "public"."avatar_cache_id_seq" OWNER TO "postgres";


ALTER SEQUENCE "public"."avatar_cache_id_seq" OWNED BY "public"."avatar_cache"."id";



CREATE OR REPLACE VIEW "public"."character_gallery" AS
SELECT
    NULL::"uuid" AS "id",
    NULL::"uuid" AS "user_id",
    NULL::"text" AS "name",
    NULL::"public"."character_kind" AS "kind",
    NULL::"text" AS "pronouns",
    NULL::smallint AS "age_years",
    NULL::"public"."hex_color" AS "favourite_color",
    NULL::"text" AS "portrait_path",
    NULL::bigint AS "appearances",
    NULL::timestamp with time zone AS "last_appearance";


ALTER VIEW "public"."character_gallery" OWNER TO "postgres";


COMMENT ON VIEW "public"."character_gallery" IS 'The characters of a user with their latest portrait and how often they have appeared. The rights of the caller apply.';



COMMENT ON COLUMN "public"."character_gallery"."portrait_path" IS 'The latest portrait in the cache; null until one has been made.';



CREATE TABLE IF NOT EXISTS "public"."character_profiles" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "user_id" "uuid" NOT NULL,
    "name" "text" NOT NULL,
    "kind" "public"."character_kind" DEFAULT 'child'::"public"."character_kind" NOT NULL,
    "pronouns" "text" DEFAULT 'they/them'::"text" NOT NULL,
    "age_years" smallint,
    "species" "text",
    "appearance" "jsonb" DEFAULT '{}'::"jsonb" NOT NULL,
    "traits" "text"[] DEFAULT '{}'::"text"[] NOT NULL,
    "backstory" "text",
    "favourite_color" "public"."hex_color",
    "reference_image_path" "text",
    "archived_at" timestamp with time zone,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "search_name" "text" GENERATED ALWAYS AS ("lower"("name")) STORED,
    CONSTRAINT "character_profiles_age_plausible" CHECK ((("age_years" >= 0) AND ("age_years" <= 999))),
    CONSTRAINT "character_profiles_animals_have_species" CHECK ((("kind" <> 'pet'::"public"."character_kind") OR ("species" IS NOT NULL))),
    CONSTRAINT "character_profiles_name_check" CHECK ((("char_length"("name") >= 1) AND ("char_length"("name") <= 60)))
);


ALTER TABLE "public"."character_profiles" OWNER TO "postgres";


COMMENT ON TABLE "public"."character_profiles" IS 'The cast of a family: children, grown-ups, pets and invented creatures. A story copies nothing from here; it refers to the character, so a new haircut shows in the next picture.';



COMMENT ON COLUMN "public"."character_profiles"."user_id" IS 'Whose character it is. Characters are never shared between users.';



COMMENT ON COLUMN "public"."character_profiles"."name" IS 'Given name only. The editor warns before a full name is stored.';



COMMENT ON COLUMN "public"."character_profiles"."kind" IS 'Child, grown-up, pet or magical being; chosen once, because the descriptors depend on it.';



COMMENT ON COLUMN "public"."character_profiles"."pronouns" IS 'As written in a sentence: `she/her`, `he/him`, `they/them`.';



COMMENT ON COLUMN "public"."character_profiles"."age_years" IS 'Age in years; dragons may be up to 999.';



COMMENT ON COLUMN "public"."character_profiles"."species" IS 'Required for pets: `dog`, `tortoise`. Free text for magical characters.';



COMMENT ON COLUMN "public"."character_profiles"."appearance" IS 'Answers of the appearance editor by question: `{"hair": "curly", "glasses": true}`. Becomes part of the image prompt.';



COMMENT ON COLUMN "public"."character_profiles"."traits" IS 'At most a handful of words such as `brave` or `shy`; the text model is asked to show them, not to name them.';



COMMENT ON COLUMN "public"."character_profiles"."backstory" IS 'Two or three sentences in the words of the user.';



COMMENT ON COLUMN "public"."character_profiles"."favourite_color" IS 'Turns up in clothes and things, and marks the character in the editor.';



COMMENT ON COLUMN "public"."character_profiles"."reference_image_path" IS 'Picture in bucket avatars that keeps the face the same from panel to panel.';



COMMENT ON COLUMN "public"."character_profiles"."archived_at" IS 'Hidden from the editor since then; old stories still show the character.';



COMMENT ON COLUMN "public"."character_profiles"."search_name" IS 'The name in lower case, for completion while typing.';



COMMENT ON CONSTRAINT "character_profiles_animals_have_species" ON "public"."character_profiles" IS 'Without a species the image model draws a dog.';



CREATE TABLE IF NOT EXISTS "public"."content" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "user_id" "uuid" NOT NULL,
    "story_id" "uuid",
    "kind" "public"."content_kind" DEFAULT 'story'::"public"."content_kind" NOT NULL,
    "status" "public"."content_status" DEFAULT 'draft'::"public"."content_status" NOT NULL,
    "title" "text",
    "body" "text",
    "prompt" "text",
    "model" "text",
    "language" "public"."locale_code" NOT NULL,
    "generation_metadata" "jsonb" DEFAULT '{}'::"jsonb" NOT NULL,
    "error_message" "text",
    "queued_at" timestamp with time zone,
    "started_at" timestamp with time zone,
    "finished_at" timestamp with time zone,
    "generation_time" interval GENERATED ALWAYS AS (("finished_at" - "started_at")) STORED,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "ai_config_id" "uuid",
    "word_count" integer GENERATED ALWAYS AS (COALESCE("array_length"("regexp_split_to_array"(TRIM(BOTH FROM "body"), '\s+'::"text"), 1), 0)) STORED,
    "deleted_at" timestamp with time zone,
    CONSTRAINT "content_failed_has_message" CHECK ((("status" <> 'failed'::"public"."content_status") OR ("error_message" IS NOT NULL))),
    CONSTRAINT "content_times_in_order" CHECK ((("started_at" >= "queued_at") AND ("finished_at" >= "started_at")))
);


ALTER TABLE "public"."content" OWNER TO "postgres";


COMMENT ON TABLE "public"."content" IS 'What the models made: the text of a story, or the frame around the panels of a vignette. Attempts that failed stay, with their error.';



COMMENT ON COLUMN "public"."content"."user_id" IS 'Whose content it is; the same as the author of the story.';



COMMENT ON COLUMN "public"."content"."story_id" IS 'The request that it answers; null for a vignette made straight from characters.';



COMMENT ON COLUMN "public"."content"."status" IS 'Written by the worker; a client sets `draft` or `queued` only.';



COMMENT ON COLUMN "public"."content"."title" IS 'Title that the model chose; the title of the story wins where there is one.';



COMMENT ON COLUMN "public"."content"."body" IS 'The text in Markdown: paragraphs and emphasis, no headings. Null for a vignette.';



COMMENT ON COLUMN "public"."content"."prompt" IS 'The full prompt as it was sent, for support and for repeating a generation.';



COMMENT ON COLUMN "public"."content"."model" IS 'Model that answered, as named by the provider.';



COMMENT ON COLUMN "public"."content"."generation_metadata" IS 'Seed, temperature, prompt version, safety scores. Searched by key, hence the GIN index.';



COMMENT ON COLUMN "public"."content"."error_message" IS 'Shown to support, not to the user. A user sees `Something went wrong` | `Try again`.';



COMMENT ON COLUMN "public"."content"."queued_at" IS 'When the user pressed the button.';



COMMENT ON COLUMN "public"."content"."started_at" IS 'When a worker took it from the queue.';



COMMENT ON COLUMN "public"."content"."generation_time" IS 'From the first to the last token; null while it is running.';



COMMENT ON COLUMN "public"."content"."ai_config_id" IS 'The configuration that made it; null for content older than configurations.';



COMMENT ON COLUMN "public"."content"."word_count" IS 'Words of the text; the reader turns it into minutes of reading aloud.';



COMMENT ON COLUMN "public"."content"."deleted_at" IS 'In the bin since then; archive_old_content empties the bin after 30 days.';



CREATE TABLE IF NOT EXISTS "public"."content_characters" (
    "content_id" "uuid" NOT NULL,
    "character_id" "uuid" NOT NULL,
    "role" "public"."character_role" DEFAULT 'companion'::"public"."character_role" NOT NULL,
    "position" smallint NOT NULL,
    "added_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "lines_spoken" integer DEFAULT 0 NOT NULL,
    CONSTRAINT "content_characters_position_check" CHECK (("position" > 0))
);


ALTER TABLE "public"."content_characters" OWNER TO "postgres";


COMMENT ON TABLE "public"."content_characters" IS 'Which characters appear in which content, and in which part. A character that appears somewhere can be archived but not deleted.';



COMMENT ON COLUMN "public"."content_characters"."role" IS 'Part in the story; the prompt introduces the hero first.';



COMMENT ON COLUMN "public"."content_characters"."position" IS 'Order in the prompt: models pay most attention to the character named first.';



COMMENT ON COLUMN "public"."content_characters"."lines_spoken" IS 'Lines that the character speaks, counted after the generation.';



CREATE TABLE IF NOT EXISTS "public"."content_illustrations" (
    "id" bigint NOT NULL,
    "content_id" "uuid" NOT NULL,
    "panel_id" bigint,
    "storage_path" "text" NOT NULL,
    "alt_text" "text" NOT NULL,
    "after_paragraph" smallint,
    "is_cover" boolean DEFAULT false NOT NULL,
    "width_px" integer NOT NULL,
    "height_px" integer NOT NULL,
    "aspect_ratio" numeric(6,3) GENERATED ALWAYS AS ("round"((("width_px")::numeric / ("height_px")::numeric), 3)) STORED,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "content_illustrations_cover_has_no_place" CHECK (((NOT "is_cover") OR ("after_paragraph" IS NULL))),
    CONSTRAINT "content_illustrations_height_px_check" CHECK (("height_px" > 0)),
    CONSTRAINT "content_illustrations_width_px_check" CHECK (("width_px" > 0))
);


ALTER TABLE "public"."content_illustrations" OWNER TO "postgres";


COMMENT ON TABLE "public"."content_illustrations" IS 'Pictures that go with a text, in bucket illustrations. Still empty: the feature waits for the new reader.';



COMMENT ON COLUMN "public"."content_illustrations"."panel_id" IS 'The panel that the picture was taken from; null when it was made for the text.';



COMMENT ON COLUMN "public"."content_illustrations"."storage_path" IS 'Path of the picture in bucket illustrations.';



COMMENT ON COLUMN "public"."content_illustrations"."alt_text" IS 'What a screen reader says. Never empty: a picture book is for every child.';



COMMENT ON COLUMN "public"."content_illustrations"."after_paragraph" IS 'Number of the paragraph before the picture; null for the cover.';



COMMENT ON COLUMN "public"."content_illustrations"."is_cover" IS 'True for the picture on the shelf.';



COMMENT ON COLUMN "public"."content_illustrations"."aspect_ratio" IS 'Width divided by height; the reader reserves the space before the picture arrives.';



ALTER TABLE "public"."content_illustrations" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME "public"."content_illustrations_id_seq"
    START WITH 1000
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."stories" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "user_id" "uuid" NOT NULL,
    "sequel_to" "uuid",
    "title" "text" NOT NULL,
    "slug" "text",
    "summary" "text",
    "theme" "text",
    "setting" "text",
    "moral" "text",
    "language" "public"."locale_code" NOT NULL,
    "reading_age" "int4range" DEFAULT '[4,8)'::"int4range" NOT NULL,
    "visibility" "public"."story_visibility" DEFAULT 'private'::"public"."story_visibility" NOT NULL,
    "settings" "jsonb" DEFAULT '{}'::"jsonb" NOT NULL,
    "cover_color" "public"."hex_color" DEFAULT '#f6c453'::"text" NOT NULL,
    "published_at" timestamp with time zone,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "search" "tsvector" GENERATED ALWAYS AS ((("setweight"("to_tsvector"('"simple"'::"regconfig", COALESCE("title", ''::"text")), 'A'::"char") || "setweight"("to_tsvector"('"simple"'::"regconfig", COALESCE("theme", ''::"text")), 'B'::"char")) || "setweight"("to_tsvector"('"simple"'::"regconfig", COALESCE("summary", ''::"text")), 'C'::"char"))) STORED,
    CONSTRAINT "stories_not_own_sequel" CHECK (("sequel_to" <> "id")),
    CONSTRAINT "stories_published_has_date" CHECK ((("visibility" = 'published'::"public"."story_visibility") = ("published_at" IS NOT NULL))),
    CONSTRAINT "stories_title_check" CHECK ((("char_length"("title") >= 1) AND ("char_length"("title") <= 160)))
);


ALTER TABLE "public"."stories" OWNER TO "postgres";


COMMENT ON TABLE "public"."stories" IS 'What the user asked for: title, theme, setting and the settings of the generator. The generated text is in content.';



COMMENT ON COLUMN "public"."stories"."user_id" IS 'The author.';



COMMENT ON COLUMN "public"."stories"."sequel_to" IS 'The story that this one continues. Deleting the first part keeps the second.';



COMMENT ON COLUMN "public"."stories"."slug" IS 'Address of the public page; unique among published stories only.';



COMMENT ON COLUMN "public"."stories"."summary" IS 'Two sentences for the shelf, written by the text model and editable.';



COMMENT ON COLUMN "public"."stories"."theme" IS 'What it is about: friendship, starting school, a new sibling.';



COMMENT ON COLUMN "public"."stories"."setting" IS 'Where it happens: a lighthouse, the moon, grandmother''s kitchen.';



COMMENT ON COLUMN "public"."stories"."moral" IS 'What the child should take home. Never printed; the text model works towards it.';



COMMENT ON COLUMN "public"."stories"."reading_age" IS 'Ages that the vocabulary is chosen for, upper bound excluded.';



COMMENT ON COLUMN "public"."stories"."visibility" IS 'Who may read it; private until the author decides otherwise.';



COMMENT ON COLUMN "public"."stories"."settings" IS 'Choices in the generator by parameter code: length, tone, rhyme. See story_parameters.';



COMMENT ON COLUMN "public"."stories"."cover_color" IS 'Background of the cover while there is no illustration.';



COMMENT ON COLUMN "public"."stories"."published_at" IS 'Set exactly when visibility is `published`.';



COMMENT ON COLUMN "public"."stories"."search" IS 'Words of title, theme and summary for search_stories. Configuration `simple`, because stories come in many languages.';



CREATE TABLE IF NOT EXISTS "public"."vignette_panels" (
    "id" bigint NOT NULL,
    "content_id" "uuid" NOT NULL,
    "panel_number" smallint NOT NULL,
    "status" "public"."content_status" DEFAULT 'draft'::"public"."content_status" NOT NULL,
    "frame" "public"."panel_frame",
    "caption" "text",
    "dialogue" "jsonb" DEFAULT '[]'::"jsonb" NOT NULL,
    "scene_description" "text" NOT NULL,
    "image_prompt" "text",
    "image_path" "text",
    "background" "public"."hex_color",
    "cost" "public"."usd_amount" DEFAULT 0 NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "vignette_panels_dialogue_is_array" CHECK (("jsonb_typeof"("dialogue") = 'array'::"text")),
    CONSTRAINT "vignette_panels_panel_number_check" CHECK ((("panel_number" >= 1) AND ("panel_number" <= 24))),
    CONSTRAINT "vignette_panels_ready_has_image" CHECK ((("status" <> 'ready'::"public"."content_status") OR ("image_path" IS NOT NULL)))
);


ALTER TABLE "public"."vignette_panels" OWNER TO "postgres";


COMMENT ON TABLE "public"."vignette_panels" IS 'The pictures of a vignette, in reading order. Each panel is generated on its own, so that one that failed can be repeated alone.';



COMMENT ON COLUMN "public"."vignette_panels"."panel_number" IS 'Reading order, from 1.';



COMMENT ON COLUMN "public"."vignette_panels"."status" IS 'State of this picture; the vignette is ready when all its panels are.';



COMMENT ON COLUMN "public"."vignette_panels"."frame" IS 'Where the panel sits on the page; null leaves it to the layout.';



COMMENT ON COLUMN "public"."vignette_panels"."caption" IS 'The line under the picture.';



COMMENT ON COLUMN "public"."vignette_panels"."dialogue" IS 'Speech balloons in reading order: `[{"character": "…", "text": "…"}]`.';



COMMENT ON COLUMN "public"."vignette_panels"."scene_description" IS 'What happens, in the words of the text model. The image prompt is built from it.';



COMMENT ON COLUMN "public"."vignette_panels"."image_prompt" IS 'Scene, characters and style together, as sent to the image model.';



COMMENT ON COLUMN "public"."vignette_panels"."image_path" IS 'Path of the picture in bucket illustrations.';



COMMENT ON COLUMN "public"."vignette_panels"."background" IS 'Fills the panel until the picture has arrived.';



COMMENT ON COLUMN "public"."vignette_panels"."cost" IS 'What the picture cost, all attempts together.';



COMMENT ON CONSTRAINT "vignette_panels_ready_has_image" ON "public"."vignette_panels" IS 'A panel is not ready before its picture is stored.';



CREATE OR REPLACE VIEW "public"."content_overview" WITH ("security_invoker"='true') AS
 SELECT "c"."id" AS "content_id",
    "c"."user_id",
    COALESCE("c"."title", "s"."title") AS "title",
    "c"."kind",
    "c"."status",
    "s"."id" AS "story_id",
    "s"."visibility",
    "cast_list"."names" AS "characters",
    COALESCE("panels"."total", (0)::bigint) AS "panels",
    COALESCE("panels"."ready", (0)::bigint) AS "panels_ready",
    COALESCE("costs"."total", (0)::numeric) AS "cost",
    COALESCE("costs"."calls", (0)::bigint) AS "calls",
    "c"."generation_time",
    "c"."created_at"
   FROM (((("public"."content" "c"
     LEFT JOIN "public"."stories" "s" ON (("s"."id" = "c"."story_id")))
     LEFT JOIN ( SELECT "cc"."content_id",
            "array_agg"("ch"."name" ORDER BY "cc"."position") AS "names"
           FROM ("public"."content_characters" "cc"
             JOIN "public"."character_profiles" "ch" ON (("ch"."id" = "cc"."character_id")))
          GROUP BY "cc"."content_id") "cast_list" ON (("cast_list"."content_id" = "c"."id")))
     LEFT JOIN ( SELECT "v"."content_id",
            "count"(*) AS "total",
            "count"(*) FILTER (WHERE ("v"."status" = 'ready'::"public"."content_status")) AS "ready"
           FROM "public"."vignette_panels" "v"
          GROUP BY "v"."content_id") "panels" ON (("panels"."content_id" = "c"."id")))
     LEFT JOIN ( SELECT "l"."content_id",
            "sum"("l"."total_cost") AS "total",
            "count"(*) AS "calls"
           FROM "public"."api_cost_logs" "l"
          GROUP BY "l"."content_id") "costs" ON (("costs"."content_id" = "c"."id")));


ALTER VIEW "public"."content_overview" OWNER TO "postgres";


COMMENT ON VIEW "public"."content_overview" IS 'One line per content for the dashboard: its story, its cast, how many panels are ready and what it has cost.';



COMMENT ON COLUMN "public"."content_overview"."characters" IS 'Names in the order of the prompt; null without a cast.';



COMMENT ON COLUMN "public"."content_overview"."cost" IS 'All calls for this content in US dollars, retries included.';



CREATE OR REPLACE VIEW "public"."daily_api_costs" WITH ("security_invoker"='true') AS
 SELECT (("called_at" AT TIME ZONE 'UTC'::"text"))::"date" AS "day",
    "provider",
    "purpose",
    "count"(*) AS "calls",
    "count"(*) FILTER (WHERE ("http_status" >= 400)) AS "failed_calls",
    "sum"("total_cost") AS "cost",
    "round"("avg"("latency_ms")) AS "average_latency_ms"
   FROM "public"."api_cost_logs" "l"
  GROUP BY ((("called_at" AT TIME ZONE 'UTC'::"text"))::"date"), "provider", "purpose";


ALTER VIEW "public"."daily_api_costs" OWNER TO "postgres";


COMMENT ON VIEW "public"."daily_api_costs" IS 'Calls and costs per day, provider and purpose. The rights of the caller apply: users see their own calls, the server all.';



CREATE TABLE IF NOT EXISTS "public"."descriptor_mappings" (
    "id" bigint NOT NULL,
    "character_id" "uuid" NOT NULL,
    "category" "public"."descriptor_category" NOT NULL,
    "age_id" integer,
    "gender_id" integer,
    "pet_id" integer,
    "attribute_id" integer,
    "magical_id" integer,
    "strength" numeric(3,2) DEFAULT 1.00 NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "descriptor_mappings_category_matches" CHECK ((
CASE "category"
    WHEN 'age'::"public"."descriptor_category" THEN "age_id"
    WHEN 'gender'::"public"."descriptor_category" THEN "gender_id"
    WHEN 'pet'::"public"."descriptor_category" THEN "pet_id"
    WHEN 'attribute'::"public"."descriptor_category" THEN "attribute_id"
    WHEN 'magical'::"public"."descriptor_category" THEN "magical_id"
    ELSE NULL::integer
END IS NOT NULL)),
    CONSTRAINT "descriptor_mappings_exactly_one" CHECK (("num_nonnulls"("age_id", "gender_id", "pet_id", "attribute_id", "magical_id") = 1)),
    CONSTRAINT "descriptor_mappings_strength" CHECK ((("strength" > (0)::numeric) AND ("strength" <= (2)::numeric)))
);


ALTER TABLE "public"."descriptor_mappings" OWNER TO "postgres";


COMMENT ON TABLE "public"."descriptor_mappings" IS 'Which descriptors describe which character. Each row refers to exactly one of the five lists.';



COMMENT ON COLUMN "public"."descriptor_mappings"."character_id" IS 'The character that is described.';



COMMENT ON COLUMN "public"."descriptor_mappings"."category" IS 'Says which of the five references is set, so that a reader need not look at all of them.';



COMMENT ON COLUMN "public"."descriptor_mappings"."strength" IS 'Weight of the word in the image prompt: 1 is normal, 2 insists.';



COMMENT ON CONSTRAINT "descriptor_mappings_exactly_one" ON "public"."descriptor_mappings" IS 'A row describes one thing: one of the five references is set and four are null.';



ALTER TABLE "public"."descriptor_mappings" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME "public"."descriptor_mappings_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."descriptors_age" (
    "id" integer NOT NULL,
    "code" "text" NOT NULL,
    "label" "text" NOT NULL,
    "prompt_text" "text" NOT NULL,
    "life_stage" "text" NOT NULL,
    "min_age" smallint NOT NULL,
    "max_age" smallint,
    "height_hint" "text",
    "locale" "public"."locale_code" NOT NULL,
    "sort_order" smallint DEFAULT 0 NOT NULL,
    "is_active" boolean DEFAULT true NOT NULL,
    CONSTRAINT "descriptors_age_range" CHECK ((("max_age" IS NULL) OR ("max_age" >= "min_age")))
);


ALTER TABLE "public"."descriptors_age" OWNER TO "postgres";


COMMENT ON TABLE "public"."descriptors_age" IS 'Words for an age, from `newborn` to `great-grandmother`, with the proportions that the image model should draw.';



COMMENT ON COLUMN "public"."descriptors_age"."code" IS 'Stable name, kept by saved characters.';



COMMENT ON COLUMN "public"."descriptors_age"."prompt_text" IS 'What the models read: English, longer than the label and without ambiguity.';



COMMENT ON COLUMN "public"."descriptors_age"."life_stage" IS '`baby`, `toddler`, `child`, `teenager`, `adult` or `elder`.';



COMMENT ON COLUMN "public"."descriptors_age"."min_age" IS 'Youngest age in years for which the editor offers the word.';



COMMENT ON COLUMN "public"."descriptors_age"."max_age" IS 'Oldest age in years; null means without limit.';



COMMENT ON COLUMN "public"."descriptors_age"."height_hint" IS 'Size beside a grown-up, such as `up to the hip`; keeps children from growing between panels.';



ALTER TABLE "public"."descriptors_age" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME "public"."descriptors_age_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."descriptors_attribute" (
    "id" integer NOT NULL,
    "code" "text" NOT NULL,
    "label" "text" NOT NULL,
    "prompt_text" "text" NOT NULL,
    "attribute_group" "text" NOT NULL,
    "body_part" "text",
    "excludes" "text"[] DEFAULT '{}'::"text"[] NOT NULL,
    "swatch" "public"."hex_color",
    "locale" "public"."locale_code" NOT NULL,
    "sort_order" smallint DEFAULT 0 NOT NULL,
    "is_active" boolean DEFAULT true NOT NULL
);


ALTER TABLE "public"."descriptors_attribute" OWNER TO "postgres";


COMMENT ON TABLE "public"."descriptors_attribute" IS 'Words for looks and character: hair, eyes, clothes, glasses, wheelchair, freckles, courage.';



COMMENT ON COLUMN "public"."descriptors_attribute"."code" IS 'Stable name, kept by saved characters.';



COMMENT ON COLUMN "public"."descriptors_attribute"."prompt_text" IS 'What the models read: English, longer than the label and without ambiguity.';



COMMENT ON COLUMN "public"."descriptors_attribute"."attribute_group" IS 'Tab of the editor: `hair`, `eyes`, `clothes`, `aids` or `character`.';



COMMENT ON COLUMN "public"."descriptors_attribute"."body_part" IS 'Where it belongs in a picture; null for traits that cannot be drawn.';



COMMENT ON COLUMN "public"."descriptors_attribute"."excludes" IS 'Codes that cannot be chosen together with this one: `bald` excludes `curly_hair`.';



COMMENT ON COLUMN "public"."descriptors_attribute"."swatch" IS 'Colour of the dot beside the word; null when there is none.';



ALTER TABLE "public"."descriptors_attribute" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME "public"."descriptors_attribute_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."descriptors_gender" (
    "id" integer NOT NULL,
    "code" "text" NOT NULL,
    "label" "text" NOT NULL,
    "prompt_text" "text" NOT NULL,
    "pronoun_subject" "text" NOT NULL,
    "pronoun_object" "text" NOT NULL,
    "pronoun_possessive" "text" NOT NULL,
    "is_neutral" boolean DEFAULT false NOT NULL,
    "locale" "public"."locale_code" NOT NULL,
    "sort_order" smallint DEFAULT 0 NOT NULL,
    "is_active" boolean DEFAULT true NOT NULL,
    CONSTRAINT "descriptors_gender_pronouns_lower" CHECK (("pronoun_subject" = "lower"("pronoun_subject")))
);


ALTER TABLE "public"."descriptors_gender" OWNER TO "postgres";


COMMENT ON TABLE "public"."descriptors_gender" IS 'Words for a gender and the pronouns that go with them, for each language of the application.';



COMMENT ON COLUMN "public"."descriptors_gender"."code" IS 'Stable name, kept by saved characters.';



COMMENT ON COLUMN "public"."descriptors_gender"."prompt_text" IS 'What the models read: English, longer than the label and without ambiguity.';



COMMENT ON COLUMN "public"."descriptors_gender"."pronoun_subject" IS 'As in `___ is brave`: she, he, they.';



COMMENT ON COLUMN "public"."descriptors_gender"."pronoun_object" IS 'As in `the fox follows ___`: her, him, them.';



COMMENT ON COLUMN "public"."descriptors_gender"."pronoun_possessive" IS 'As in `___ lantern`: her, his, their.';



COMMENT ON COLUMN "public"."descriptors_gender"."is_neutral" IS 'Offered first when the user has not chosen.';



ALTER TABLE "public"."descriptors_gender" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME "public"."descriptors_gender_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."descriptors_magical" (
    "id" integer NOT NULL,
    "code" "text" NOT NULL,
    "label" "text" NOT NULL,
    "prompt_text" "text" NOT NULL,
    "creature" "text",
    "element" "text",
    "power_level" smallint DEFAULT 1 NOT NULL,
    "is_scary" boolean DEFAULT false NOT NULL,
    "locale" "public"."locale_code" NOT NULL,
    "sort_order" smallint DEFAULT 0 NOT NULL,
    "is_active" boolean DEFAULT true NOT NULL,
    CONSTRAINT "descriptors_magical_power" CHECK ((("power_level" >= 1) AND ("power_level" <= 5)))
);


ALTER TABLE "public"."descriptors_magical" OWNER TO "postgres";


COMMENT ON TABLE "public"."descriptors_magical" IS 'Words for what does not exist: creatures, elements and powers.';



COMMENT ON COLUMN "public"."descriptors_magical"."code" IS 'Stable name, kept by saved characters.';



COMMENT ON COLUMN "public"."descriptors_magical"."prompt_text" IS 'What the models read: English, longer than the label and without ambiguity.';



COMMENT ON COLUMN "public"."descriptors_magical"."creature" IS '`dragon`, `unicorn`, `moss giant`; null for a power that anybody may have.';



COMMENT ON COLUMN "public"."descriptors_magical"."element" IS '`fire`, `water`, `earth`, `air` or `starlight`.';



COMMENT ON COLUMN "public"."descriptors_magical"."power_level" IS 'From 1, a spark, to 5, moves mountains. Stories below age six use at most 2.';



COMMENT ON COLUMN "public"."descriptors_magical"."is_scary" IS 'Left out for readers below the age of six.';



ALTER TABLE "public"."descriptors_magical" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME "public"."descriptors_magical_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."descriptors_pet" (
    "id" integer NOT NULL,
    "code" "text" NOT NULL,
    "label" "text" NOT NULL,
    "prompt_text" "text" NOT NULL,
    "species" "text" NOT NULL,
    "breed" "text",
    "size" "text" DEFAULT 'medium'::"text" NOT NULL,
    "coat_colors" "public"."hex_color"[] DEFAULT '{}'::"public"."hex_color"[] NOT NULL,
    "locale" "public"."locale_code" NOT NULL,
    "sort_order" smallint DEFAULT 0 NOT NULL,
    "is_active" boolean DEFAULT true NOT NULL,
    CONSTRAINT "descriptors_pet_size" CHECK (("size" = ANY (ARRAY['tiny'::"text", 'small'::"text", 'medium'::"text", 'large'::"text"])))
);


ALTER TABLE "public"."descriptors_pet" OWNER TO "postgres";


COMMENT ON TABLE "public"."descriptors_pet" IS 'Words for animals that live with people: species, breeds, sizes and coats.';



COMMENT ON COLUMN "public"."descriptors_pet"."code" IS 'Stable name, kept by saved characters.';



COMMENT ON COLUMN "public"."descriptors_pet"."prompt_text" IS 'What the models read: English, longer than the label and without ambiguity.';



COMMENT ON COLUMN "public"."descriptors_pet"."species" IS '`dog`, `cat`, `hamster`: the noun that the text model uses.';



COMMENT ON COLUMN "public"."descriptors_pet"."breed" IS 'Null when the species has no breeds worth a word.';



COMMENT ON COLUMN "public"."descriptors_pet"."size" IS '`tiny`, `small`, `medium` or `large`.';



COMMENT ON COLUMN "public"."descriptors_pet"."coat_colors" IS 'Colours to choose from, lightest first.';



ALTER TABLE "public"."descriptors_pet" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME "public"."descriptors_pet_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."generation_usage" (
    "id" bigint NOT NULL,
    "user_id" "uuid" NOT NULL,
    "period_start" "date" DEFAULT ("date_trunc"('month'::"text", "now"()))::"date" NOT NULL,
    "period_end" "date" DEFAULT (("date_trunc"('month'::"text", "now"()) + '1 mon'::interval))::"date" NOT NULL,
    "stories_generated" integer DEFAULT 0 NOT NULL,
    "vignettes_generated" integer DEFAULT 0 NOT NULL,
    "images_generated" integer DEFAULT 0 NOT NULL,
    "total_generated" integer GENERATED ALWAYS AS (("stories_generated" + "vignettes_generated")) STORED,
    "tokens_used" bigint DEFAULT 0 NOT NULL,
    "cost" "public"."usd_amount" DEFAULT 0 NOT NULL,
    "bonus_generations" integer DEFAULT 0 NOT NULL,
    "last_generated_at" timestamp with time zone,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "generation_usage_counts_not_negative" CHECK ((("stories_generated" >= 0) AND ("vignettes_generated" >= 0) AND ("images_generated" >= 0))),
    CONSTRAINT "generation_usage_period" CHECK (("period_end" > "period_start"))
);


ALTER TABLE "public"."generation_usage" OWNER TO "postgres";


COMMENT ON TABLE "public"."generation_usage" IS 'Generations, pictures, tokens and costs per user and billing period. The limit is in the plan; what remains is computed.';



COMMENT ON COLUMN "public"."generation_usage"."period_start" IS 'First day of the period: of the month, or of the subscription.';



COMMENT ON COLUMN "public"."generation_usage"."period_end" IS 'First day that no longer belongs to the period.';



COMMENT ON COLUMN "public"."generation_usage"."images_generated" IS 'Panels, portraits and covers; counted, not limited.';



COMMENT ON COLUMN "public"."generation_usage"."total_generated" IS 'Stories and vignettes together: this is what the plan limits.';



COMMENT ON COLUMN "public"."generation_usage"."cost" IS 'What the user has cost us in the period.';



COMMENT ON COLUMN "public"."generation_usage"."bonus_generations" IS 'Generations on top of the plan, given by support.';



ALTER TABLE "public"."generation_usage" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME "public"."generation_usage_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE MATERIALIZED VIEW "public"."monthly_api_costs" AS
 SELECT ("date_trunc"('month'::"text", ("called_at" AT TIME ZONE 'UTC'::"text")))::"date" AS "month",
    "provider",
    "model",
    "purpose",
    "count"(*) AS "calls",
    "count"(DISTINCT "user_id") AS "users",
    "sum"("input_tokens") AS "input_tokens",
    "sum"("output_tokens") AS "output_tokens",
    "sum"("total_cost") AS "cost",
    "percentile_cont"((0.95)::double precision) WITHIN GROUP (ORDER BY (("latency_ms")::double precision)) AS "latency_p95_ms"
   FROM "public"."api_cost_logs" "l"
  GROUP BY (("date_trunc"('month'::"text", ("called_at" AT TIME ZONE 'UTC'::"text")))::"date"), "provider", "model", "purpose"
  WITH NO DATA;


ALTER MATERIALIZED VIEW "public"."monthly_api_costs" OWNER TO "postgres";


COMMENT ON MATERIALIZED VIEW "public"."monthly_api_costs" IS 'Costs per month, model and purpose, as of last night. Materialized views have no row security: only the server may read it.';



COMMENT ON COLUMN "public"."monthly_api_costs"."latency_p95_ms" IS 'Nineteen calls of twenty were faster than this.';



CREATE TABLE IF NOT EXISTS "public"."user_profiles" (
    "id" "uuid" NOT NULL,
    "display_name" "text" DEFAULT ''::"text" NOT NULL,
    "locale" "public"."locale_code" NOT NULL,
    "time_zone" "text" DEFAULT 'UTC'::"text" NOT NULL,
    "avatar_path" "text",
    "preferences" "jsonb" DEFAULT '{}'::"jsonb" NOT NULL,
    "onboarded_at" timestamp with time zone,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "tier_id" smallint,
    "subscription_status" "public"."subscription_status" DEFAULT 'free'::"public"."subscription_status" NOT NULL,
    "subscription_renews_on" "date",
    "stripe_customer_id" "text",
    CONSTRAINT "user_profiles_display_name_check" CHECK (("char_length"("display_name") <= 80)),
    CONSTRAINT "user_profiles_preferences_is_object" CHECK (("jsonb_typeof"("preferences") = 'object'::"text"))
);


ALTER TABLE "public"."user_profiles" OWNER TO "postgres";


COMMENT ON TABLE "public"."user_profiles" IS 'The grown-up behind an account: a parent, a grandparent or a teacher. Children never have accounts of their own; they appear as characters.';



COMMENT ON COLUMN "public"."user_profiles"."id" IS 'The same identifier as in auth.users; the profile disappears with the account.';



COMMENT ON COLUMN "public"."user_profiles"."display_name" IS 'How the application greets the user, and the author line of published stories. Empty until it is chosen.';



COMMENT ON COLUMN "public"."user_profiles"."locale" IS 'Language of the interface, and the language that new stories start with.';



COMMENT ON COLUMN "public"."user_profiles"."time_zone" IS 'A time zone name such as `Europe/Lisbon`: bedtime reminders are sent by local time.';



COMMENT ON COLUMN "public"."user_profiles"."avatar_path" IS 'Path of the picture in bucket avatars, in the folder named after the user.';



COMMENT ON COLUMN "public"."user_profiles"."preferences" IS 'Switches of the interface: reading font, narration voice, reminders. Unknown keys are kept.';



COMMENT ON COLUMN "public"."user_profiles"."onboarded_at" IS 'When the first character was made; null shows the welcome tour.';



COMMENT ON COLUMN "public"."user_profiles"."tier_id" IS 'The plan in force; null counts as the free plan.';



COMMENT ON COLUMN "public"."user_profiles"."subscription_status" IS 'Written by the payment webhook only.';



COMMENT ON COLUMN "public"."user_profiles"."subscription_renews_on" IS 'First day of the next billing period; null on the free plan.';



COMMENT ON COLUMN "public"."user_profiles"."stripe_customer_id" IS 'The customer at the payment provider, created with the first checkout.';



CREATE OR REPLACE VIEW "public"."published_stories" AS
 SELECT "s"."id",
    "s"."slug",
    "s"."title",
    "s"."summary",
    "s"."theme",
    "s"."language",
    "s"."reading_age",
    "s"."cover_color",
    "s"."published_at",
    "p"."display_name" AS "author"
   FROM ("public"."stories" "s"
     JOIN "public"."user_profiles" "p" ON (("p"."id" = "s"."user_id")))
  WHERE ("s"."visibility" = 'published'::"public"."story_visibility");


ALTER VIEW "public"."published_stories" OWNER TO "postgres";


COMMENT ON VIEW "public"."published_stories" IS 'The public shelf: published stories with the name of the author. It has the rights of its owner on purpose: visitors learn the display name and nothing else of a profile.';



CREATE TABLE IF NOT EXISTS "public"."story_parameters" (
    "id" integer NOT NULL,
    "category" "text" NOT NULL,
    "code" "text" NOT NULL,
    "label" "text" NOT NULL,
    "description" "text",
    "prompt_fragment" "text" NOT NULL,
    "minimum_tier_id" smallint,
    "weight" numeric(4,2) DEFAULT 1 NOT NULL,
    "sort_order" smallint DEFAULT 0 NOT NULL,
    "is_active" boolean DEFAULT true NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "story_parameters_weight_positive" CHECK (("weight" > (0)::numeric))
);


ALTER TABLE "public"."story_parameters" OWNER TO "postgres";


COMMENT ON TABLE "public"."story_parameters" IS 'The choices in the story generator: lengths, tones, settings, art styles. A story keeps the codes it was made with in stories.settings.';



COMMENT ON COLUMN "public"."story_parameters"."category" IS 'Step of the generator: `length`, `tone`, `setting`, `art_style`, `ending`.';



COMMENT ON COLUMN "public"."story_parameters"."code" IS 'Stable name, kept in stories.settings.';



COMMENT ON COLUMN "public"."story_parameters"."label" IS 'What the user reads on the button.';



COMMENT ON COLUMN "public"."story_parameters"."description" IS 'The line under the button; null when the label says it all.';



COMMENT ON COLUMN "public"."story_parameters"."prompt_fragment" IS 'Sentence that joins the prompt when the choice is made.';



COMMENT ON COLUMN "public"."story_parameters"."minimum_tier_id" IS 'Cheapest plan that includes the choice; null means every plan.';



COMMENT ON COLUMN "public"."story_parameters"."weight" IS 'How often `Surprise me` picks the choice, relative to the others of its category.';



ALTER TABLE "public"."story_parameters" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME "public"."story_parameters_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "public"."subscription_tiers" (
    "id" smallint NOT NULL,
    "code" "text" NOT NULL,
    "name" "text" NOT NULL,
    "description" "text",
    "monthly_price" "public"."usd_amount" DEFAULT 0 NOT NULL,
    "yearly_price" "public"."usd_amount" DEFAULT 0 NOT NULL,
    "monthly_generations" integer NOT NULL,
    "max_characters" smallint,
    "max_panels" smallint DEFAULT 6 NOT NULL,
    "features" "text"[] DEFAULT '{}'::"text"[] NOT NULL,
    "sort_order" smallint DEFAULT 0 NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "yearly_price_per_month" numeric(10,2) GENERATED ALWAYS AS ("round"((("yearly_price")::numeric / (12)::numeric), 2)) STORED,
    "is_public" boolean DEFAULT true NOT NULL,
    CONSTRAINT "subscription_tiers_code_format" CHECK (("code" ~ '^[a-z][a-z_]*$'::"text")),
    CONSTRAINT "subscription_tiers_generations_positive" CHECK (("monthly_generations" > 0)),
    CONSTRAINT "subscription_tiers_year_is_not_dearer" CHECK ((("yearly_price")::numeric <= (("monthly_price")::numeric * (12)::numeric)))
);


ALTER TABLE "public"."subscription_tiers" OWNER TO "postgres";


COMMENT ON TABLE "public"."subscription_tiers" IS 'The plans on the price page. Limits are read from here at run time, so a change takes effect with the next generation.';



COMMENT ON COLUMN "public"."subscription_tiers"."code" IS 'Stable name for application code: `free`, `reader`, `family` or `school`.';



COMMENT ON COLUMN "public"."subscription_tiers"."monthly_price" IS 'Price of a month, taxes not included.';



COMMENT ON COLUMN "public"."subscription_tiers"."yearly_price" IS 'Price of a year paid at once.';



COMMENT ON COLUMN "public"."subscription_tiers"."monthly_generations" IS 'Stories and vignettes that a user may generate in one billing period.';



COMMENT ON COLUMN "public"."subscription_tiers"."max_characters" IS 'Characters a user may keep, archived ones not counted; null means no limit.';



COMMENT ON COLUMN "public"."subscription_tiers"."max_panels" IS 'Panels of one vignette.';



COMMENT ON COLUMN "public"."subscription_tiers"."features" IS 'Switches for the application, such as `narration`, `pdf_export` or `shared_shelf`.';



COMMENT ON COLUMN "public"."subscription_tiers"."yearly_price_per_month" IS 'The yearly price divided by twelve, to the cent.';



COMMENT ON COLUMN "public"."subscription_tiers"."is_public" IS 'False for plans that are only sold by hand, such as `school`.';



COMMENT ON CONSTRAINT "subscription_tiers_year_is_not_dearer" ON "public"."subscription_tiers" IS 'A year may be cheaper than twelve months, never dearer.';



ALTER TABLE "public"."subscription_tiers" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME "public"."subscription_tiers_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



ALTER TABLE "public"."vignette_panels" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME "public"."vignette_panels_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);



CREATE TABLE IF NOT EXISTS "storage"."buckets" (
    "id" "text" NOT NULL,
    "name" "text" NOT NULL,
    "owner" "uuid",
    "created_at" timestamp with time zone DEFAULT "now"(),
    "updated_at" timestamp with time zone DEFAULT "now"(),
    "public" boolean DEFAULT false,
    "avif_autodetection" boolean DEFAULT false,
    "file_size_limit" bigint,
    "allowed_mime_types" "text"[],
    "owner_id" "text",
    "type" "storage"."buckettype" DEFAULT 'STANDARD'::"storage"."buckettype" NOT NULL
);


ALTER TABLE "storage"."buckets" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."buckets" IS 'Containers of files. A public bucket serves its files without a token.';



COMMENT ON COLUMN "storage"."buckets"."owner" IS 'Superseded by owner_id, which also holds owners that are not a UUID.';



CREATE TABLE IF NOT EXISTS "storage"."buckets_analytics" (
    "name" "text" NOT NULL,
    "type" "storage"."buckettype" DEFAULT 'ANALYTICS'::"storage"."buckettype" NOT NULL,
    "format" "text" DEFAULT 'ICEBERG'::"text" NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "deleted_at" timestamp with time zone
);


ALTER TABLE "storage"."buckets_analytics" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."buckets_analytics" IS 'Containers of tables for analysis, in the format Iceberg.';



CREATE TABLE IF NOT EXISTS "storage"."buckets_vectors" (
    "id" "text" NOT NULL,
    "type" "storage"."buckettype" DEFAULT 'VECTOR'::"storage"."buckettype" NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL
);


ALTER TABLE "storage"."buckets_vectors" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."buckets_vectors" IS 'Containers of indexes of vectors.';



CREATE TABLE IF NOT EXISTS "storage"."iceberg_namespaces" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "bucket_name" "text" NOT NULL,
    "name" "text" NOT NULL COLLATE "pg_catalog"."C",
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "metadata" "jsonb" DEFAULT '{}'::"jsonb" NOT NULL,
    "catalog_id" "uuid" NOT NULL
);


ALTER TABLE "storage"."iceberg_namespaces" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."iceberg_namespaces" IS 'Folders of the tables in a container for analysis.';



CREATE TABLE IF NOT EXISTS "storage"."iceberg_tables" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "namespace_id" "uuid" NOT NULL,
    "bucket_name" "text" NOT NULL,
    "name" "text" NOT NULL COLLATE "pg_catalog"."C",
    "location" "text" NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "remote_table_id" "text",
    "shard_key" "text",
    "shard_id" "text",
    "catalog_id" "uuid" NOT NULL
);


ALTER TABLE "storage"."iceberg_tables" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."iceberg_tables" IS 'Where the data of a table for analysis is.';



CREATE TABLE IF NOT EXISTS "storage"."migrations" (
    "id" integer NOT NULL,
    "name" character varying(100) NOT NULL,
    "hash" character varying(40) NOT NULL,
    "executed_at" timestamp without time zone DEFAULT CURRENT_TIMESTAMP
);


ALTER TABLE "storage"."migrations" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."migrations" IS 'The migrations of the storage server that have run here.';



CREATE TABLE IF NOT EXISTS "storage"."objects" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "bucket_id" "text",
    "name" "text",
    "owner" "uuid",
    "created_at" timestamp with time zone DEFAULT "now"(),
    "updated_at" timestamp with time zone DEFAULT "now"(),
    "last_accessed_at" timestamp with time zone DEFAULT "now"(),
    "metadata" "jsonb",
    "path_tokens" "text"[] GENERATED ALWAYS AS ("string_to_array"("name", '/'::"text")) STORED,
    "version" "text",
    "owner_id" "text",
    "user_metadata" "jsonb",
    "level" integer
);


ALTER TABLE "storage"."objects" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."objects" IS 'One row per file. Access to files is decided by the policies of this table.';



COMMENT ON COLUMN "storage"."objects"."name" IS 'The path inside the bucket, folders separated by slashes.';



COMMENT ON COLUMN "storage"."objects"."owner" IS 'Superseded by owner_id, which also holds owners that are not a UUID.';



COMMENT ON COLUMN "storage"."objects"."path_tokens" IS 'The folders and the file name, in order.';



COMMENT ON COLUMN "storage"."objects"."level" IS 'How many parts the path has.';



CREATE TABLE IF NOT EXISTS "storage"."prefixes" (
    "bucket_id" "text" NOT NULL,
    "name" "text" NOT NULL COLLATE "pg_catalog"."C",
    "level" integer GENERATED ALWAYS AS ("storage"."get_level"("name")) STORED NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"(),
    "updated_at" timestamp with time zone DEFAULT "now"()
);


ALTER TABLE "storage"."prefixes" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."prefixes" IS 'The folders that hold files, so that a level can be listed without a look at all files.';



CREATE TABLE IF NOT EXISTS "storage"."s3_multipart_uploads" (
    "id" "text" NOT NULL,
    "in_progress_size" bigint DEFAULT 0 NOT NULL,
    "upload_signature" "text" NOT NULL,
    "bucket_id" "text" NOT NULL,
    "key" "text" NOT NULL COLLATE "pg_catalog"."C",
    "version" "text" NOT NULL,
    "owner_id" "text",
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "user_metadata" "jsonb"
);


ALTER TABLE "storage"."s3_multipart_uploads" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."s3_multipart_uploads" IS 'Large uploads that have begun and are not complete.';



CREATE TABLE IF NOT EXISTS "storage"."s3_multipart_uploads_parts" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "upload_id" "text" NOT NULL,
    "size" bigint DEFAULT 0 NOT NULL,
    "part_number" integer NOT NULL,
    "bucket_id" "text" NOT NULL,
    "key" "text" NOT NULL COLLATE "pg_catalog"."C",
    "etag" "text" NOT NULL,
    "owner_id" "text",
    "version" "text" NOT NULL,
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL
);


ALTER TABLE "storage"."s3_multipart_uploads_parts" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."s3_multipart_uploads_parts" IS 'The parts of a large upload that have arrived.';



CREATE TABLE IF NOT EXISTS "storage"."vector_indexes" (
    "id" "text" DEFAULT "gen_random_uuid"() NOT NULL,
    "name" "text" NOT NULL COLLATE "pg_catalog"."C",
    "bucket_id" "text" NOT NULL,
    "data_type" "text" NOT NULL,
    "dimension" integer NOT NULL,
    "distance_metric" "text" NOT NULL,
    "metadata_configuration" "jsonb",
    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL
);


ALTER TABLE "storage"."vector_indexes" OWNER TO "supabase_storage_admin";


COMMENT ON TABLE "storage"."vector_indexes" IS 'What finds vectors that are near: their size, and how distance is measured.';



ALTER TABLE ONLY "auth"."refresh_tokens" ALTER COLUMN "id" SET DEFAULT "nextval"('"auth"."refresh_tokens_id_seq"'::"regclass");



ALTER TABLE ONLY "public"."avatar_cache" ALTER COLUMN "id" SET DEFAULT "nextval"('"public"."avatar_cache_id_seq"'::"regclass");



ALTER TABLE ONLY "auth"."mfa_amr_claims"
    ADD CONSTRAINT "amr_id_pk" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."audit_log_entries"
    ADD CONSTRAINT "audit_log_entries_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."flow_state"
    ADD CONSTRAINT "flow_state_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."identities"
    ADD CONSTRAINT "identities_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."identities"
    ADD CONSTRAINT "identities_provider_id_provider_unique" UNIQUE ("provider_id", "provider");



ALTER TABLE ONLY "auth"."instances"
    ADD CONSTRAINT "instances_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."mfa_amr_claims"
    ADD CONSTRAINT "mfa_amr_claims_session_id_authentication_method_pkey" UNIQUE ("session_id", "authentication_method");



ALTER TABLE ONLY "auth"."mfa_challenges"
    ADD CONSTRAINT "mfa_challenges_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."mfa_factors"
    ADD CONSTRAINT "mfa_factors_last_challenged_at_key" UNIQUE ("last_challenged_at");



ALTER TABLE ONLY "auth"."mfa_factors"
    ADD CONSTRAINT "mfa_factors_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."one_time_tokens"
    ADD CONSTRAINT "one_time_tokens_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."refresh_tokens"
    ADD CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."refresh_tokens"
    ADD CONSTRAINT "refresh_tokens_token_unique" UNIQUE ("token");



ALTER TABLE ONLY "auth"."saml_providers"
    ADD CONSTRAINT "saml_providers_entity_id_key" UNIQUE ("entity_id");



ALTER TABLE ONLY "auth"."saml_providers"
    ADD CONSTRAINT "saml_providers_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."saml_relay_states"
    ADD CONSTRAINT "saml_relay_states_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."schema_migrations"
    ADD CONSTRAINT "schema_migrations_pkey" PRIMARY KEY ("version");



ALTER TABLE ONLY "auth"."sessions"
    ADD CONSTRAINT "sessions_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."sso_domains"
    ADD CONSTRAINT "sso_domains_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."sso_providers"
    ADD CONSTRAINT "sso_providers_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "auth"."users"
    ADD CONSTRAINT "users_phone_key" UNIQUE ("phone");



ALTER TABLE ONLY "auth"."users"
    ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."ai_configs"
    ADD CONSTRAINT "ai_configs_name_key" UNIQUE ("name");



ALTER TABLE ONLY "public"."ai_configs"
    ADD CONSTRAINT "ai_configs_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."api_cost_logs"
    ADD CONSTRAINT "api_cost_logs_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."api_prices"
    ADD CONSTRAINT "api_prices_model_unit_key" UNIQUE ("provider", "model", "unit", "valid_from");



ALTER TABLE ONLY "public"."api_prices"
    ADD CONSTRAINT "api_prices_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."avatar_cache"
    ADD CONSTRAINT "avatar_cache_image_path_key" UNIQUE ("image_path");



ALTER TABLE ONLY "public"."avatar_cache"
    ADD CONSTRAINT "avatar_cache_once" UNIQUE NULLS NOT DISTINCT ("character_id", "prompt_hash", "style");



COMMENT ON CONSTRAINT "avatar_cache_once" ON "public"."avatar_cache" IS 'NULLS NOT DISTINCT: the style of the house counts as one style.';



ALTER TABLE ONLY "public"."avatar_cache"
    ADD CONSTRAINT "avatar_cache_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."character_profiles"
    ADD CONSTRAINT "character_profiles_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."content_characters"
    ADD CONSTRAINT "content_characters_pkey" PRIMARY KEY ("content_id", "character_id");



ALTER TABLE ONLY "public"."content_characters"
    ADD CONSTRAINT "content_characters_position_key" UNIQUE ("content_id", "position") DEFERRABLE INITIALLY DEFERRED;



COMMENT ON CONSTRAINT "content_characters_position_key" ON "public"."content_characters" IS 'Deferred, so that two characters can swap places in one transaction.';



ALTER TABLE ONLY "public"."content_illustrations"
    ADD CONSTRAINT "content_illustrations_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."content_illustrations"
    ADD CONSTRAINT "content_illustrations_storage_path_key" UNIQUE ("storage_path");



ALTER TABLE ONLY "public"."content"
    ADD CONSTRAINT "content_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_word_once" UNIQUE NULLS NOT DISTINCT ("character_id", "age_id", "gender_id", "pet_id", "attribute_id", "magical_id");



ALTER TABLE ONLY "public"."descriptors_age"
    ADD CONSTRAINT "descriptors_age_locale_code_key" UNIQUE ("locale", "code");



ALTER TABLE ONLY "public"."descriptors_age"
    ADD CONSTRAINT "descriptors_age_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."descriptors_attribute"
    ADD CONSTRAINT "descriptors_attribute_locale_code_key" UNIQUE ("locale", "code");



ALTER TABLE ONLY "public"."descriptors_attribute"
    ADD CONSTRAINT "descriptors_attribute_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."descriptors_gender"
    ADD CONSTRAINT "descriptors_gender_locale_code_key" UNIQUE ("locale", "code");



ALTER TABLE ONLY "public"."descriptors_gender"
    ADD CONSTRAINT "descriptors_gender_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."descriptors_magical"
    ADD CONSTRAINT "descriptors_magical_locale_code_key" UNIQUE ("locale", "code");



ALTER TABLE ONLY "public"."descriptors_magical"
    ADD CONSTRAINT "descriptors_magical_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."descriptors_pet"
    ADD CONSTRAINT "descriptors_pet_locale_code_key" UNIQUE ("locale", "code");



ALTER TABLE ONLY "public"."descriptors_pet"
    ADD CONSTRAINT "descriptors_pet_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."generation_usage"
    ADD CONSTRAINT "generation_usage_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."generation_usage"
    ADD CONSTRAINT "generation_usage_user_id_period_start_key" UNIQUE ("user_id", "period_start");



ALTER TABLE ONLY "public"."stories"
    ADD CONSTRAINT "stories_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."story_parameters"
    ADD CONSTRAINT "story_parameters_category_code_key" UNIQUE ("category", "code");



ALTER TABLE ONLY "public"."story_parameters"
    ADD CONSTRAINT "story_parameters_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."subscription_tiers"
    ADD CONSTRAINT "subscription_tiers_code_key" UNIQUE ("code");



ALTER TABLE ONLY "public"."subscription_tiers"
    ADD CONSTRAINT "subscription_tiers_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."user_profiles"
    ADD CONSTRAINT "user_profiles_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "public"."user_profiles"
    ADD CONSTRAINT "user_profiles_stripe_customer_id_key" UNIQUE ("stripe_customer_id");



ALTER TABLE ONLY "public"."vignette_panels"
    ADD CONSTRAINT "vignette_panels_content_id_panel_number_key" UNIQUE ("content_id", "panel_number");



ALTER TABLE ONLY "public"."vignette_panels"
    ADD CONSTRAINT "vignette_panels_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."buckets_analytics"
    ADD CONSTRAINT "buckets_analytics_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."buckets"
    ADD CONSTRAINT "buckets_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."buckets_vectors"
    ADD CONSTRAINT "buckets_vectors_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."iceberg_namespaces"
    ADD CONSTRAINT "iceberg_namespaces_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."iceberg_tables"
    ADD CONSTRAINT "iceberg_tables_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."migrations"
    ADD CONSTRAINT "migrations_name_key" UNIQUE ("name");



ALTER TABLE ONLY "storage"."migrations"
    ADD CONSTRAINT "migrations_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."objects"
    ADD CONSTRAINT "objects_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."prefixes"
    ADD CONSTRAINT "prefixes_pkey" PRIMARY KEY ("bucket_id", "level", "name");



ALTER TABLE ONLY "storage"."s3_multipart_uploads_parts"
    ADD CONSTRAINT "s3_multipart_uploads_parts_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."s3_multipart_uploads"
    ADD CONSTRAINT "s3_multipart_uploads_pkey" PRIMARY KEY ("id");



ALTER TABLE ONLY "storage"."vector_indexes"
    ADD CONSTRAINT "vector_indexes_pkey" PRIMARY KEY ("id");



CREATE UNIQUE INDEX "confirmation_token_idx" ON "auth"."users" USING "btree" ("confirmation_token") WHERE (("confirmation_token")::"text" !~ '^[0-9 ]*$'::"text");



CREATE INDEX "flow_state_created_at_idx" ON "auth"."flow_state" USING "btree" ("created_at" DESC);



CREATE INDEX "identities_user_id_idx" ON "auth"."identities" USING "btree" ("user_id");



CREATE INDEX "mfa_challenge_created_at_idx" ON "auth"."mfa_challenges" USING "btree" ("created_at" DESC);



CREATE UNIQUE INDEX "mfa_factors_user_friendly_name_unique" ON "auth"."mfa_factors" USING "btree" ("friendly_name", "user_id") WHERE (TRIM(BOTH FROM "friendly_name") <> ''::"text");



CREATE INDEX "mfa_factors_user_id_idx" ON "auth"."mfa_factors" USING "btree" ("user_id");



CREATE INDEX "one_time_tokens_token_hash_hash_idx" ON "auth"."one_time_tokens" USING "hash" ("token_hash");



CREATE UNIQUE INDEX "one_time_tokens_user_id_token_type_key" ON "auth"."one_time_tokens" USING "btree" ("user_id", "token_type");



CREATE UNIQUE INDEX "recovery_token_idx" ON "auth"."users" USING "btree" ("recovery_token") WHERE (("recovery_token")::"text" !~ '^[0-9 ]*$'::"text");



CREATE INDEX "refresh_tokens_session_id_revoked_idx" ON "auth"."refresh_tokens" USING "btree" ("session_id", "revoked");



CREATE INDEX "saml_providers_sso_provider_id_idx" ON "auth"."saml_providers" USING "btree" ("sso_provider_id");



CREATE INDEX "saml_relay_states_sso_provider_id_idx" ON "auth"."saml_relay_states" USING "btree" ("sso_provider_id");



CREATE INDEX "sessions_user_id_idx" ON "auth"."sessions" USING "btree" ("user_id");



CREATE UNIQUE INDEX "sso_domains_domain_idx" ON "auth"."sso_domains" USING "btree" ("lower"("domain"));



CREATE INDEX "sso_domains_sso_provider_id_idx" ON "auth"."sso_domains" USING "btree" ("sso_provider_id");



CREATE UNIQUE INDEX "sso_providers_resource_id_idx" ON "auth"."sso_providers" USING "btree" ("lower"("resource_id"));



CREATE UNIQUE INDEX "users_email_partial_key" ON "auth"."users" USING "btree" ("email") WHERE ("is_sso_user" = false);



CREATE INDEX "users_instance_id_email_idx" ON "auth"."users" USING "btree" ("instance_id", "lower"(("email")::"text"));



CREATE INDEX "ai_configs_fallback_id_idx" ON "public"."ai_configs" USING "btree" ("fallback_id");



CREATE UNIQUE INDEX "ai_configs_one_active_key" ON "public"."ai_configs" USING "btree" ("purpose") WHERE "is_active";



COMMENT ON INDEX "public"."ai_configs_one_active_key" IS 'One configuration per purpose is in force.';



CREATE INDEX "api_cost_logs_ai_config_id_idx" ON "public"."api_cost_logs" USING "btree" ("ai_config_id");



CREATE INDEX "api_cost_logs_called_at_idx" ON "public"."api_cost_logs" USING "brin" ("called_at");



COMMENT ON INDEX "public"."api_cost_logs_called_at_idx" IS 'BRIN: rows arrive in order of time, and a block range is all that a report needs.';



CREATE INDEX "api_cost_logs_content_id_idx" ON "public"."api_cost_logs" USING "btree" ("content_id") WHERE ("content_id" IS NOT NULL);



CREATE INDEX "api_cost_logs_day_idx" ON "public"."api_cost_logs" USING "btree" (((("called_at" AT TIME ZONE 'UTC'::"text"))::"date"), "provider");



CREATE INDEX "api_cost_logs_metadata_idx" ON "public"."api_cost_logs" USING "gin" ("metadata" "jsonb_path_ops");



CREATE UNIQUE INDEX "api_cost_logs_request_id_key" ON "public"."api_cost_logs" USING "btree" ("provider", "request_id") WHERE ("request_id" IS NOT NULL);



CREATE INDEX "api_cost_logs_user_id_called_at_idx" ON "public"."api_cost_logs" USING "btree" ("user_id", "called_at" DESC) INCLUDE ("total_cost");



CREATE INDEX "api_prices_current_idx" ON "public"."api_prices" USING "btree" ("provider", "model", "unit") INCLUDE ("price") WHERE ("valid_to" IS NULL);



CREATE INDEX "avatar_cache_expires_at_idx" ON "public"."avatar_cache" USING "btree" ("expires_at");



CREATE INDEX "character_profiles_appearance_idx" ON "public"."character_profiles" USING "gin" ("appearance" "jsonb_path_ops");



CREATE INDEX "character_profiles_search_name_idx" ON "public"."character_profiles" USING "btree" ("user_id", "search_name" "text_pattern_ops");



CREATE UNIQUE INDEX "character_profiles_user_id_name_key" ON "public"."character_profiles" USING "btree" ("user_id", "lower"("name")) WHERE ("archived_at" IS NULL);



COMMENT ON INDEX "public"."character_profiles_user_id_name_key" IS 'A user cannot have two living characters with the same name: the text model would mix them up.';



CREATE INDEX "content_ai_config_id_idx" ON "public"."content" USING "btree" ("ai_config_id");



CREATE INDEX "content_characters_character_id_idx" ON "public"."content_characters" USING "btree" ("character_id");



CREATE INDEX "content_deleted_at_idx" ON "public"."content" USING "btree" ("deleted_at") WHERE ("deleted_at" IS NOT NULL);



CREATE INDEX "content_generation_metadata_idx" ON "public"."content" USING "gin" ("generation_metadata");



CREATE INDEX "content_illustrations_content_id_idx" ON "public"."content_illustrations" USING "btree" ("content_id", "after_paragraph" NULLS FIRST);



CREATE UNIQUE INDEX "content_illustrations_one_cover_key" ON "public"."content_illustrations" USING "btree" ("content_id") WHERE "is_cover";



COMMENT ON INDEX "public"."content_illustrations_one_cover_key" IS 'A content has one cover at most.';



CREATE INDEX "content_illustrations_panel_id_idx" ON "public"."content_illustrations" USING "btree" ("panel_id");



CREATE INDEX "content_story_id_status_idx" ON "public"."content" USING "btree" ("story_id", "status") WHERE ("story_id" IS NOT NULL);



CREATE INDEX "content_user_id_created_at_idx" ON "public"."content" USING "btree" ("user_id", "created_at" DESC) INCLUDE ("kind", "status");



CREATE INDEX "content_waiting_idx" ON "public"."content" USING "btree" ("queued_at") WHERE ("status" = ANY (ARRAY['queued'::"public"."content_status", 'generating'::"public"."content_status"]));



COMMENT ON INDEX "public"."content_waiting_idx" IS 'The queue: the worker takes the row that has waited longest.';



CREATE INDEX "descriptor_mappings_age_id_idx" ON "public"."descriptor_mappings" USING "btree" ("age_id");



CREATE INDEX "descriptor_mappings_attribute_id_idx" ON "public"."descriptor_mappings" USING "btree" ("attribute_id");



CREATE INDEX "descriptor_mappings_gender_id_idx" ON "public"."descriptor_mappings" USING "btree" ("gender_id");



CREATE INDEX "descriptor_mappings_magical_id_idx" ON "public"."descriptor_mappings" USING "btree" ("magical_id");



CREATE UNIQUE INDEX "descriptor_mappings_one_age_key" ON "public"."descriptor_mappings" USING "btree" ("character_id") WHERE ("category" = 'age'::"public"."descriptor_category");



COMMENT ON INDEX "public"."descriptor_mappings_one_age_key" IS 'A character has one age at a time.';



CREATE INDEX "descriptor_mappings_pet_id_idx" ON "public"."descriptor_mappings" USING "btree" ("pet_id");



CREATE INDEX "descriptors_magical_creature_idx" ON "public"."descriptors_magical" USING "btree" ("lower"("creature"));



CREATE INDEX "descriptors_pet_species_idx" ON "public"."descriptors_pet" USING "btree" ("species", "breed" NULLS FIRST) WHERE "is_active";



CREATE UNIQUE INDEX "monthly_api_costs_key" ON "public"."monthly_api_costs" USING "btree" ("month", "provider", "model", "purpose");



COMMENT ON INDEX "public"."monthly_api_costs_key" IS 'Required by REFRESH MATERIALIZED VIEW CONCURRENTLY.';



CREATE INDEX "stories_language_idx" ON "public"."stories" USING "btree" ("language");



CREATE INDEX "stories_published_at_idx" ON "public"."stories" USING "btree" ("published_at" DESC) WHERE ("visibility" = 'published'::"public"."story_visibility");



CREATE INDEX "stories_search_idx" ON "public"."stories" USING "gin" ("search");



CREATE INDEX "stories_sequel_to_idx" ON "public"."stories" USING "btree" ("sequel_to") WHERE ("sequel_to" IS NOT NULL);



CREATE UNIQUE INDEX "stories_slug_key" ON "public"."stories" USING "btree" ("slug") WHERE ("visibility" = 'published'::"public"."story_visibility");



COMMENT ON INDEX "public"."stories_slug_key" IS 'Unpublished stories may share a slug; the check happens on publishing.';



CREATE INDEX "stories_user_id_created_at_idx" ON "public"."stories" USING "btree" ("user_id", "created_at" DESC);



CREATE INDEX "story_parameters_minimum_tier_id_idx" ON "public"."story_parameters" USING "btree" ("minimum_tier_id");



CREATE UNIQUE INDEX "subscription_tiers_sort_order_key" ON "public"."subscription_tiers" USING "btree" ("sort_order");



CREATE INDEX "user_profiles_tier_id_idx" ON "public"."user_profiles" USING "btree" ("tier_id");



CREATE INDEX "vignette_panels_unfinished_idx" ON "public"."vignette_panels" USING "btree" ("status", "created_at") WHERE ("status" = ANY (ARRAY['queued'::"public"."content_status", 'generating'::"public"."content_status", 'failed'::"public"."content_status"]));



CREATE UNIQUE INDEX "bname" ON "storage"."buckets" USING "btree" ("name");



CREATE UNIQUE INDEX "bucketid_objname" ON "storage"."objects" USING "btree" ("bucket_id", "name");



CREATE UNIQUE INDEX "buckets_analytics_unique_name_idx" ON "storage"."buckets_analytics" USING "btree" ("name") WHERE ("deleted_at" IS NULL);



CREATE UNIQUE INDEX "idx_iceberg_namespaces_bucket_id" ON "storage"."iceberg_namespaces" USING "btree" ("catalog_id", "name");



CREATE UNIQUE INDEX "idx_iceberg_tables_location" ON "storage"."iceberg_tables" USING "btree" ("location");



CREATE UNIQUE INDEX "idx_iceberg_tables_namespace_id" ON "storage"."iceberg_tables" USING "btree" ("catalog_id", "namespace_id", "name");



CREATE INDEX "idx_multipart_uploads_list" ON "storage"."s3_multipart_uploads" USING "btree" ("bucket_id", "key", "created_at");



CREATE INDEX "idx_objects_bucket_id_name" ON "storage"."objects" USING "btree" ("bucket_id", "name" COLLATE "C");



CREATE INDEX "name_prefix_search" ON "storage"."objects" USING "btree" ("name" "text_pattern_ops");



CREATE UNIQUE INDEX "vector_indexes_name_bucket_id_idx" ON "storage"."vector_indexes" USING "btree" ("name", "bucket_id");



CREATE OR REPLACE VIEW "public"."character_gallery" WITH ("security_invoker"='true') AS
 SELECT "c"."id",
    "c"."user_id",
    "c"."name",
    "c"."kind",
    "c"."pronouns",
    "c"."age_years",
    "c"."favourite_color",
    "a"."image_path" AS "portrait_path",
    "count"("cc"."content_id") AS "appearances",
    "max"("cc"."added_at") AS "last_appearance"
   FROM (("public"."character_profiles" "c"
     LEFT JOIN LATERAL ( SELECT "ac"."image_path"
           FROM "public"."avatar_cache" "ac"
          WHERE ("ac"."character_id" = "c"."id")
          ORDER BY "ac"."created_at" DESC
         LIMIT 1) "a" ON (true))
     LEFT JOIN "public"."content_characters" "cc" ON (("cc"."character_id" = "c"."id")))
  WHERE ("c"."archived_at" IS NULL)
  GROUP BY "c"."id", "a"."image_path";



CREATE OR REPLACE TRIGGER "on_auth_user_created" AFTER INSERT ON "auth"."users" FOR EACH ROW EXECUTE FUNCTION "public"."handle_new_user"();



CREATE OR REPLACE TRIGGER "ai_configs_set_updated_at" BEFORE UPDATE ON "public"."ai_configs" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE CONSTRAINT TRIGGER "character_profiles_limit" AFTER INSERT OR UPDATE OF "archived_at" ON "public"."character_profiles" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "public"."enforce_character_limit"();



COMMENT ON TRIGGER "character_profiles_limit" ON "public"."character_profiles" IS 'Deferred to the commit: an import may archive old characters and add new ones in any order.';



CREATE OR REPLACE TRIGGER "character_profiles_set_updated_at" BEFORE UPDATE ON "public"."character_profiles" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE OR REPLACE TRIGGER "content_set_updated_at" BEFORE UPDATE ON "public"."content" FOR EACH ROW WHEN ((("old"."status" IS DISTINCT FROM "new"."status") OR ("old"."title" IS DISTINCT FROM "new"."title") OR ("old"."body" IS DISTINCT FROM "new"."body"))) EXECUTE FUNCTION "public"."set_updated_at"();



COMMENT ON TRIGGER "content_set_updated_at" ON "public"."content" IS 'The worker writes the same row many times while it streams; only what a reader can see moves updated_at.';



CREATE OR REPLACE TRIGGER "generation_usage_set_updated_at" BEFORE UPDATE ON "public"."generation_usage" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE OR REPLACE TRIGGER "stories_set_updated_at" BEFORE UPDATE ON "public"."stories" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE OR REPLACE TRIGGER "story_parameters_set_updated_at" BEFORE UPDATE ON "public"."story_parameters" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE OR REPLACE TRIGGER "subscription_tiers_set_updated_at" BEFORE UPDATE ON "public"."subscription_tiers" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE OR REPLACE TRIGGER "user_profiles_set_updated_at" BEFORE UPDATE ON "public"."user_profiles" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE OR REPLACE TRIGGER "vignette_panels_set_updated_at" BEFORE UPDATE ON "public"."vignette_panels" FOR EACH ROW EXECUTE FUNCTION "public"."set_updated_at"();



CREATE OR REPLACE TRIGGER "vignette_panels_touch_content" AFTER UPDATE OF "caption", "image_path" ON "public"."vignette_panels" FOR EACH ROW EXECUTE FUNCTION "public"."touch_content"();



CREATE OR REPLACE TRIGGER "enforce_bucket_name_length_trigger" BEFORE INSERT OR UPDATE OF "name" ON "storage"."buckets" FOR EACH ROW EXECUTE FUNCTION "storage"."enforce_bucket_name_length"();



CREATE OR REPLACE TRIGGER "update_objects_updated_at" BEFORE UPDATE ON "storage"."objects" FOR EACH ROW EXECUTE FUNCTION "storage"."update_updated_at_column"();



ALTER TABLE ONLY "auth"."identities"
    ADD CONSTRAINT "identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."mfa_amr_claims"
    ADD CONSTRAINT "mfa_amr_claims_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "auth"."sessions"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."mfa_challenges"
    ADD CONSTRAINT "mfa_challenges_auth_factor_id_fkey" FOREIGN KEY ("factor_id") REFERENCES "auth"."mfa_factors"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."mfa_factors"
    ADD CONSTRAINT "mfa_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."one_time_tokens"
    ADD CONSTRAINT "one_time_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."refresh_tokens"
    ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "auth"."sessions"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."saml_providers"
    ADD CONSTRAINT "saml_providers_sso_provider_id_fkey" FOREIGN KEY ("sso_provider_id") REFERENCES "auth"."sso_providers"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."saml_relay_states"
    ADD CONSTRAINT "saml_relay_states_flow_state_id_fkey" FOREIGN KEY ("flow_state_id") REFERENCES "auth"."flow_state"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."saml_relay_states"
    ADD CONSTRAINT "saml_relay_states_sso_provider_id_fkey" FOREIGN KEY ("sso_provider_id") REFERENCES "auth"."sso_providers"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."sessions"
    ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "auth"."sso_domains"
    ADD CONSTRAINT "sso_domains_sso_provider_id_fkey" FOREIGN KEY ("sso_provider_id") REFERENCES "auth"."sso_providers"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."ai_configs"
    ADD CONSTRAINT "ai_configs_fallback_id_fkey" FOREIGN KEY ("fallback_id") REFERENCES "public"."ai_configs"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."api_cost_logs"
    ADD CONSTRAINT "api_cost_logs_ai_config_id_fkey" FOREIGN KEY ("ai_config_id") REFERENCES "public"."ai_configs"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."api_cost_logs"
    ADD CONSTRAINT "api_cost_logs_content_id_fkey" FOREIGN KEY ("content_id") REFERENCES "public"."content"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."api_cost_logs"
    ADD CONSTRAINT "api_cost_logs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."user_profiles"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."avatar_cache"
    ADD CONSTRAINT "avatar_cache_character_id_fkey" FOREIGN KEY ("character_id") REFERENCES "public"."character_profiles"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."character_profiles"
    ADD CONSTRAINT "character_profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."user_profiles"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."content"
    ADD CONSTRAINT "content_ai_config_id_fkey" FOREIGN KEY ("ai_config_id") REFERENCES "public"."ai_configs"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."content_characters"
    ADD CONSTRAINT "content_characters_character_id_fkey" FOREIGN KEY ("character_id") REFERENCES "public"."character_profiles"("id") ON DELETE RESTRICT;



ALTER TABLE ONLY "public"."content_characters"
    ADD CONSTRAINT "content_characters_content_id_fkey" FOREIGN KEY ("content_id") REFERENCES "public"."content"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."content_illustrations"
    ADD CONSTRAINT "content_illustrations_content_id_fkey" FOREIGN KEY ("content_id") REFERENCES "public"."content"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."content_illustrations"
    ADD CONSTRAINT "content_illustrations_panel_id_fkey" FOREIGN KEY ("panel_id") REFERENCES "public"."vignette_panels"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."content"
    ADD CONSTRAINT "content_story_id_fkey" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."content"
    ADD CONSTRAINT "content_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."user_profiles"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_age_id_fkey" FOREIGN KEY ("age_id") REFERENCES "public"."descriptors_age"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_attribute_id_fkey" FOREIGN KEY ("attribute_id") REFERENCES "public"."descriptors_attribute"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_character_id_fkey" FOREIGN KEY ("character_id") REFERENCES "public"."character_profiles"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_gender_id_fkey" FOREIGN KEY ("gender_id") REFERENCES "public"."descriptors_gender"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_magical_id_fkey" FOREIGN KEY ("magical_id") REFERENCES "public"."descriptors_magical"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."descriptor_mappings"
    ADD CONSTRAINT "descriptor_mappings_pet_id_fkey" FOREIGN KEY ("pet_id") REFERENCES "public"."descriptors_pet"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."generation_usage"
    ADD CONSTRAINT "generation_usage_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."user_profiles"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."stories"
    ADD CONSTRAINT "stories_sequel_to_fkey" FOREIGN KEY ("sequel_to") REFERENCES "public"."stories"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."stories"
    ADD CONSTRAINT "stories_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."user_profiles"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."story_parameters"
    ADD CONSTRAINT "story_parameters_minimum_tier_id_fkey" FOREIGN KEY ("minimum_tier_id") REFERENCES "public"."subscription_tiers"("id") ON DELETE SET NULL;



ALTER TABLE ONLY "public"."user_profiles"
    ADD CONSTRAINT "user_profiles_id_fkey" FOREIGN KEY ("id") REFERENCES "auth"."users"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "public"."user_profiles"
    ADD CONSTRAINT "user_profiles_tier_id_fkey" FOREIGN KEY ("tier_id") REFERENCES "public"."subscription_tiers"("id") ON DELETE RESTRICT;



ALTER TABLE ONLY "public"."vignette_panels"
    ADD CONSTRAINT "vignette_panels_content_id_fkey" FOREIGN KEY ("content_id") REFERENCES "public"."content"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "storage"."iceberg_namespaces"
    ADD CONSTRAINT "iceberg_namespaces_catalog_id_fkey" FOREIGN KEY ("catalog_id") REFERENCES "storage"."buckets_analytics"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "storage"."iceberg_tables"
    ADD CONSTRAINT "iceberg_tables_catalog_id_fkey" FOREIGN KEY ("catalog_id") REFERENCES "storage"."buckets_analytics"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "storage"."iceberg_tables"
    ADD CONSTRAINT "iceberg_tables_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "storage"."iceberg_namespaces"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "storage"."objects"
    ADD CONSTRAINT "objects_bucketId_fkey" FOREIGN KEY ("bucket_id") REFERENCES "storage"."buckets"("id");



ALTER TABLE ONLY "storage"."prefixes"
    ADD CONSTRAINT "prefixes_bucketId_fkey" FOREIGN KEY ("bucket_id") REFERENCES "storage"."buckets"("id");



ALTER TABLE ONLY "storage"."s3_multipart_uploads"
    ADD CONSTRAINT "s3_multipart_uploads_bucket_id_fkey" FOREIGN KEY ("bucket_id") REFERENCES "storage"."buckets"("id");



ALTER TABLE ONLY "storage"."s3_multipart_uploads_parts"
    ADD CONSTRAINT "s3_multipart_uploads_parts_bucket_id_fkey" FOREIGN KEY ("bucket_id") REFERENCES "storage"."buckets"("id");



ALTER TABLE ONLY "storage"."s3_multipart_uploads_parts"
    ADD CONSTRAINT "s3_multipart_uploads_parts_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "storage"."s3_multipart_uploads"("id") ON DELETE CASCADE;



ALTER TABLE ONLY "storage"."vector_indexes"
    ADD CONSTRAINT "vector_indexes_bucket_id_fkey" FOREIGN KEY ("bucket_id") REFERENCES "storage"."buckets_vectors"("id");



ALTER TABLE "auth"."audit_log_entries" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."flow_state" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."identities" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."instances" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."mfa_amr_claims" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."mfa_challenges" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."mfa_factors" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."one_time_tokens" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."refresh_tokens" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."saml_providers" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."saml_relay_states" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."schema_migrations" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."sessions" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."sso_domains" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."sso_providers" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "auth"."users" ENABLE ROW LEVEL SECURITY;


CREATE POLICY "Anonymous sign-ins create no characters" ON "public"."character_profiles" AS RESTRICTIVE FOR INSERT TO "authenticated" WITH CHECK ((((( SELECT "auth"."jwt"() AS "jwt") ->> 'is_anonymous'::"text"))::boolean IS NOT TRUE));



COMMENT ON POLICY "Anonymous sign-ins create no characters" ON "public"."character_profiles" IS 'A visitor who signed in anonymously has role authenticated too; the claim tells the difference.';



CREATE POLICY "Anyone reads active age descriptors" ON "public"."descriptors_age" FOR SELECT TO "anon", "authenticated" USING ("is_active");



CREATE POLICY "Anyone reads active attribute descriptors" ON "public"."descriptors_attribute" FOR SELECT TO "anon", "authenticated" USING ("is_active");



CREATE POLICY "Anyone reads active gender descriptors" ON "public"."descriptors_gender" FOR SELECT TO "anon", "authenticated" USING ("is_active");



CREATE POLICY "Anyone reads active magical descriptors" ON "public"."descriptors_magical" FOR SELECT TO "anon", "authenticated" USING ("is_active");



CREATE POLICY "Anyone reads active parameters" ON "public"."story_parameters" FOR SELECT TO "anon", "authenticated" USING ("is_active");



CREATE POLICY "Anyone reads active pet descriptors" ON "public"."descriptors_pet" FOR SELECT TO "anon", "authenticated" USING ("is_active");



CREATE POLICY "Anyone reads published stories" ON "public"."stories" FOR SELECT TO "anon", "authenticated" USING (("visibility" = 'published'::"public"."story_visibility"));



CREATE POLICY "Anyone reads the content of published stories" ON "public"."content" FOR SELECT TO "anon", "authenticated" USING ((("status" = 'ready'::"public"."content_status") AND ("deleted_at" IS NULL) AND (EXISTS ( SELECT 1
   FROM "public"."stories" "s"
  WHERE (("s"."id" = "content"."story_id") AND ("s"."visibility" = 'published'::"public"."story_visibility"))))));



COMMENT ON POLICY "Anyone reads the content of published stories" ON "public"."content" IS 'Visitors see the columns that they are granted: title and text, never the prompt.';



CREATE POLICY "Anyone reads the panels of published stories" ON "public"."vignette_panels" FOR SELECT TO "anon", "authenticated" USING ((EXISTS ( SELECT 1
   FROM ("public"."content" "c"
     JOIN "public"."stories" "s" ON (("s"."id" = "c"."story_id")))
  WHERE (("c"."id" = "vignette_panels"."content_id") AND ("c"."status" = 'ready'::"public"."content_status") AND ("s"."visibility" = 'published'::"public"."story_visibility")))));



CREATE POLICY "Anyone reads the price list" ON "public"."subscription_tiers" FOR SELECT TO "anon", "authenticated" USING ("is_public");



CREATE POLICY "Anyone reads the prices" ON "public"."api_prices" FOR SELECT TO "anon", "authenticated" USING (true);



CREATE POLICY "Anyone sees the illustrations of published stories" ON "public"."content_illustrations" FOR SELECT TO "anon", "authenticated" USING ((EXISTS ( SELECT 1
   FROM ("public"."content" "c"
     JOIN "public"."stories" "s" ON (("s"."id" = "c"."story_id")))
  WHERE (("c"."id" = "content_illustrations"."content_id") AND ("s"."visibility" = 'published'::"public"."story_visibility") AND ("c"."status" = 'ready'::"public"."content_status")))));



CREATE POLICY "Deleting a story needs the second factor" ON "public"."stories" AS RESTRICTIVE FOR DELETE TO "authenticated" USING (((( SELECT "auth"."jwt"() AS "jwt") ->> 'aal'::"text") = 'aal2'::"text"));



COMMENT ON POLICY "Deleting a story needs the second factor" ON "public"."stories" IS 'Restrictive: it takes away from what the other policies allow. Level aal2 is reached with a second factor.';



CREATE POLICY "Service role manages ai_configs" ON "public"."ai_configs" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages api_cost_logs" ON "public"."api_cost_logs" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages api_prices" ON "public"."api_prices" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages avatar_cache" ON "public"."avatar_cache" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages character_profiles" ON "public"."character_profiles" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages content" ON "public"."content" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages content_characters" ON "public"."content_characters" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages content_illustrations" ON "public"."content_illustrations" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages descriptor_mappings" ON "public"."descriptor_mappings" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages descriptors_age" ON "public"."descriptors_age" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages descriptors_attribute" ON "public"."descriptors_attribute" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages descriptors_gender" ON "public"."descriptors_gender" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages descriptors_magical" ON "public"."descriptors_magical" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages descriptors_pet" ON "public"."descriptors_pet" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages generation_usage" ON "public"."generation_usage" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages stories" ON "public"."stories" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages story_parameters" ON "public"."story_parameters" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages subscription_tiers" ON "public"."subscription_tiers" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages user_profiles" ON "public"."user_profiles" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Service role manages vignette_panels" ON "public"."vignette_panels" TO "service_role" USING (true) WITH CHECK (true);



CREATE POLICY "Users create content for themselves" ON "public"."content" FOR INSERT TO "authenticated" WITH CHECK (((( SELECT "auth"."uid"() AS "uid") = "user_id") AND ("status" = ANY (ARRAY['draft'::"public"."content_status", 'queued'::"public"."content_status"]))));



CREATE POLICY "Users delete their own content" ON "public"."content" FOR DELETE TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id"));



CREATE POLICY "Users describe their own characters" ON "public"."descriptor_mappings" TO "authenticated" USING ((EXISTS ( SELECT 1
   FROM "public"."character_profiles" "c"
  WHERE (("c"."id" = "descriptor_mappings"."character_id") AND ("c"."user_id" = ( SELECT "auth"."uid"() AS "uid")))))) WITH CHECK ((EXISTS ( SELECT 1
   FROM "public"."character_profiles" "c"
  WHERE (("c"."id" = "descriptor_mappings"."character_id") AND ("c"."user_id" = ( SELECT "auth"."uid"() AS "uid"))))));



CREATE POLICY "Users edit the panels of their own content" ON "public"."vignette_panels" FOR UPDATE TO "authenticated" USING ((EXISTS ( SELECT 1
   FROM "public"."content" "c"
  WHERE (("c"."id" = "vignette_panels"."content_id") AND ("c"."user_id" = ( SELECT "auth"."uid"() AS "uid"))))));



CREATE POLICY "Users manage the cast of their own content" ON "public"."content_characters" TO "authenticated" USING ("public"."owns_content"("content_id")) WITH CHECK ("public"."owns_content"("content_id"));



CREATE POLICY "Users manage the illustrations of their own content" ON "public"."content_illustrations" TO "authenticated" USING ("public"."owns_content"("content_id")) WITH CHECK ("public"."owns_content"("content_id"));



CREATE POLICY "Users manage their own characters" ON "public"."character_profiles" TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id")) WITH CHECK ((( SELECT "auth"."uid"() AS "uid") = "user_id"));



CREATE POLICY "Users manage their own stories" ON "public"."stories" TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id")) WITH CHECK ((( SELECT "auth"."uid"() AS "uid") = "user_id"));



CREATE POLICY "Users read the panels of their own content" ON "public"."vignette_panels" FOR SELECT TO "authenticated" USING ((EXISTS ( SELECT 1
   FROM "public"."content" "c"
  WHERE (("c"."id" = "vignette_panels"."content_id") AND ("c"."user_id" = ( SELECT "auth"."uid"() AS "uid"))))));



CREATE POLICY "Users read the plan they have" ON "public"."subscription_tiers" FOR SELECT TO "authenticated" USING (("id" = ( SELECT "p"."tier_id"
   FROM "public"."user_profiles" "p"
  WHERE ("p"."id" = ( SELECT "auth"."uid"() AS "uid")))));



CREATE POLICY "Users read the portraits of their own characters" ON "public"."avatar_cache" FOR SELECT TO "authenticated" USING (("character_id" IN ( SELECT "c"."id"
   FROM "public"."character_profiles" "c"
  WHERE ("c"."user_id" = ( SELECT "auth"."uid"() AS "uid")))));



CREATE POLICY "Users read their own content" ON "public"."content" FOR SELECT TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id"));



CREATE POLICY "Users read their own costs" ON "public"."api_cost_logs" FOR SELECT TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id"));



CREATE POLICY "Users read their own profile" ON "public"."user_profiles" FOR SELECT TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "id"));



CREATE POLICY "Users read their own usage" ON "public"."generation_usage" FOR SELECT TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id"));



CREATE POLICY "Users update their own content" ON "public"."content" FOR UPDATE TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id")) WITH CHECK ((( SELECT "auth"."uid"() AS "uid") = "user_id"));



CREATE POLICY "Users update their own profile" ON "public"."user_profiles" FOR UPDATE TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "id")) WITH CHECK ((( SELECT "auth"."uid"() AS "uid") = "id"));



ALTER TABLE "public"."ai_configs" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."api_cost_logs" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."api_prices" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."avatar_cache" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."character_profiles" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."content" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."content_characters" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."content_illustrations" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."descriptor_mappings" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."descriptors_age" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."descriptors_attribute" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."descriptors_gender" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."descriptors_magical" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."descriptors_pet" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."generation_usage" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."stories" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."story_parameters" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."subscription_tiers" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."user_profiles" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."vignette_panels" ENABLE ROW LEVEL SECURITY;


CREATE POLICY "Anyone sees illustrations" ON "storage"."objects" FOR SELECT USING (("bucket_id" = 'illustrations'::"text"));



CREATE POLICY "Users delete illustrations in their own folder" ON "storage"."objects" FOR DELETE TO "authenticated" USING ((("bucket_id" = 'illustrations'::"text") AND (("storage"."foldername"("name"))[1] = (( SELECT "auth"."uid"() AS "uid"))::"text")));



CREATE POLICY "Users manage their own avatars" ON "storage"."objects" TO "authenticated" USING ((("bucket_id" = 'avatars'::"text") AND (("storage"."foldername"("name"))[1] = (( SELECT "auth"."uid"() AS "uid"))::"text"))) WITH CHECK ((("bucket_id" = 'avatars'::"text") AND (("storage"."foldername"("name"))[1] = (( SELECT "auth"."uid"() AS "uid"))::"text")));



CREATE POLICY "Users upload illustrations to their own folder" ON "storage"."objects" FOR INSERT TO "authenticated" WITH CHECK ((("bucket_id" = 'illustrations'::"text") AND (("storage"."foldername"("name"))[1] = (( SELECT "auth"."uid"() AS "uid"))::"text")));



ALTER TABLE "storage"."buckets" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."buckets_analytics" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."buckets_vectors" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."iceberg_namespaces" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."iceberg_tables" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."migrations" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."objects" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."prefixes" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."s3_multipart_uploads" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."s3_multipart_uploads_parts" ENABLE ROW LEVEL SECURITY;


ALTER TABLE "storage"."vector_indexes" ENABLE ROW LEVEL SECURITY;


GRANT USAGE ON SCHEMA "auth" TO "anon";
GRANT USAGE ON SCHEMA "auth" TO "authenticated";
GRANT USAGE ON SCHEMA "auth" TO "service_role";
GRANT USAGE ON SCHEMA "auth" TO "postgres";
GRANT ALL ON SCHEMA "auth" TO "supabase_auth_admin";
GRANT ALL ON SCHEMA "auth" TO "dashboard_user";



GRANT ALL ON SCHEMA "public" TO "postgres";
GRANT USAGE ON SCHEMA "public" TO "anon";
GRANT USAGE ON SCHEMA "public" TO "authenticated";
GRANT USAGE ON SCHEMA "public" TO "service_role";



GRANT USAGE ON SCHEMA "storage" TO "anon";
GRANT USAGE ON SCHEMA "storage" TO "authenticated";
GRANT USAGE ON SCHEMA "storage" TO "service_role";
GRANT USAGE ON SCHEMA "storage" TO "postgres" WITH GRANT OPTION;
GRANT ALL ON SCHEMA "storage" TO "supabase_storage_admin";
GRANT ALL ON SCHEMA "storage" TO "dashboard_user";



GRANT ALL ON FUNCTION "auth"."email"() TO "postgres";
GRANT ALL ON FUNCTION "auth"."email"() TO "dashboard_user";



GRANT ALL ON FUNCTION "auth"."jwt"() TO "postgres";
GRANT ALL ON FUNCTION "auth"."jwt"() TO "dashboard_user";



GRANT ALL ON FUNCTION "auth"."role"() TO "postgres";
GRANT ALL ON FUNCTION "auth"."role"() TO "dashboard_user";



GRANT ALL ON FUNCTION "auth"."uid"() TO "postgres";
GRANT ALL ON FUNCTION "auth"."uid"() TO "dashboard_user";



REVOKE ALL ON PROCEDURE "public"."archive_old_content"(IN "p_keep" interval, IN "p_batch" integer) FROM PUBLIC;
GRANT ALL ON PROCEDURE "public"."archive_old_content"(IN "p_keep" interval, IN "p_batch" integer) TO "service_role";



GRANT ALL ON FUNCTION "public"."character_prompt"("p_character_id" "uuid") TO "anon";
GRANT ALL ON FUNCTION "public"."character_prompt"("p_character_id" "uuid") TO "authenticated";
GRANT ALL ON FUNCTION "public"."character_prompt"("p_character_id" "uuid") TO "service_role";



REVOKE ALL ON FUNCTION "public"."consume_generation"("p_kind" "public"."content_kind") FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."consume_generation"("p_kind" "public"."content_kind") TO "authenticated";
GRANT ALL ON FUNCTION "public"."consume_generation"("p_kind" "public"."content_kind") TO "service_role";



REVOKE ALL ON FUNCTION "public"."enforce_character_limit"() FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."enforce_character_limit"() TO "service_role";



REVOKE ALL ON FUNCTION "public"."handle_new_user"() FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."handle_new_user"() TO "service_role";



REVOKE ALL ON FUNCTION "public"."log_api_cost"("p_config_id" "uuid", "p_usage" "jsonb", "p_user_id" "uuid", "p_content_id" "uuid") FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."log_api_cost"("p_config_id" "uuid", "p_usage" "jsonb", "p_user_id" "uuid", "p_content_id" "uuid") TO "service_role";



REVOKE ALL ON FUNCTION "public"."owns_content"("content_id" "uuid") FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."owns_content"("content_id" "uuid") TO "authenticated";
GRANT ALL ON FUNCTION "public"."owns_content"("content_id" "uuid") TO "service_role";



GRANT ALL ON FUNCTION "public"."price_at"("p_provider" "public"."api_provider", "p_model" "text", "p_unit" "public"."price_unit", "p_day" "date") TO "anon";
GRANT ALL ON FUNCTION "public"."price_at"("p_provider" "public"."api_provider", "p_model" "text", "p_unit" "public"."price_unit", "p_day" "date") TO "authenticated";
GRANT ALL ON FUNCTION "public"."price_at"("p_provider" "public"."api_provider", "p_model" "text", "p_unit" "public"."price_unit", "p_day" "date") TO "service_role";



GRANT ALL ON FUNCTION "public"."publish_story"("p_story_id" "uuid") TO "anon";
GRANT ALL ON FUNCTION "public"."publish_story"("p_story_id" "uuid") TO "authenticated";
GRANT ALL ON FUNCTION "public"."publish_story"("p_story_id" "uuid") TO "service_role";



REVOKE ALL ON FUNCTION "public"."refresh_monthly_costs"() FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."refresh_monthly_costs"() TO "service_role";



REVOKE ALL ON FUNCTION "public"."remaining_generations"("p_user_id" "uuid", "p_day" "date") FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."remaining_generations"("p_user_id" "uuid", "p_day" "date") TO "service_role";



REVOKE ALL ON FUNCTION "public"."remaining_generations"() FROM PUBLIC;
GRANT ALL ON FUNCTION "public"."remaining_generations"() TO "authenticated";
GRANT ALL ON FUNCTION "public"."remaining_generations"() TO "service_role";



GRANT ALL ON FUNCTION "public"."search_stories"("p_query" "text", "p_limit" integer, "p_offset" integer) TO "anon";
GRANT ALL ON FUNCTION "public"."search_stories"("p_query" "text", "p_limit" integer, "p_offset" integer) TO "authenticated";
GRANT ALL ON FUNCTION "public"."search_stories"("p_query" "text", "p_limit" integer, "p_offset" integer) TO "service_role";



GRANT ALL ON FUNCTION "public"."set_updated_at"() TO "anon";
GRANT ALL ON FUNCTION "public"."set_updated_at"() TO "authenticated";
GRANT ALL ON FUNCTION "public"."set_updated_at"() TO "service_role";



GRANT ALL ON FUNCTION "public"."slugify"("p_text" "text") TO "anon";
GRANT ALL ON FUNCTION "public"."slugify"("p_text" "text") TO "authenticated";
GRANT ALL ON FUNCTION "public"."slugify"("p_text" "text") TO "service_role";



GRANT ALL ON FUNCTION "public"."touch_content"() TO "anon";
GRANT ALL ON FUNCTION "public"."touch_content"() TO "authenticated";
GRANT ALL ON FUNCTION "public"."touch_content"() TO "service_role";



GRANT ALL ON TABLE "auth"."audit_log_entries" TO "postgres";
GRANT ALL ON TABLE "auth"."audit_log_entries" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."flow_state" TO "postgres";
GRANT ALL ON TABLE "auth"."flow_state" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."identities" TO "postgres";
GRANT ALL ON TABLE "auth"."identities" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."instances" TO "postgres";
GRANT ALL ON TABLE "auth"."instances" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."mfa_amr_claims" TO "postgres";
GRANT ALL ON TABLE "auth"."mfa_amr_claims" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."mfa_challenges" TO "postgres";
GRANT ALL ON TABLE "auth"."mfa_challenges" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."mfa_factors" TO "postgres";
GRANT ALL ON TABLE "auth"."mfa_factors" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."one_time_tokens" TO "postgres";
GRANT ALL ON TABLE "auth"."one_time_tokens" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."refresh_tokens" TO "postgres";
GRANT ALL ON TABLE "auth"."refresh_tokens" TO "dashboard_user";



GRANT ALL ON SEQUENCE "auth"."refresh_tokens_id_seq" TO "postgres";
GRANT ALL ON SEQUENCE "auth"."refresh_tokens_id_seq" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."saml_providers" TO "postgres";
GRANT ALL ON TABLE "auth"."saml_providers" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."saml_relay_states" TO "postgres";
GRANT ALL ON TABLE "auth"."saml_relay_states" TO "dashboard_user";



GRANT SELECT ON TABLE "auth"."schema_migrations" TO "postgres" WITH GRANT OPTION;



GRANT ALL ON TABLE "auth"."sessions" TO "postgres";
GRANT ALL ON TABLE "auth"."sessions" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."sso_domains" TO "postgres";
GRANT ALL ON TABLE "auth"."sso_domains" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."sso_providers" TO "postgres";
GRANT ALL ON TABLE "auth"."sso_providers" TO "dashboard_user";



GRANT ALL ON TABLE "auth"."users" TO "postgres";
GRANT ALL ON TABLE "auth"."users" TO "dashboard_user";



GRANT ALL ON TABLE "public"."ai_configs" TO "service_role";



GRANT SELECT ON TABLE "public"."api_cost_logs" TO "authenticated";
GRANT ALL ON TABLE "public"."api_cost_logs" TO "service_role";



GRANT ALL ON SEQUENCE "public"."api_cost_logs_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."api_prices" TO "anon";
GRANT SELECT ON TABLE "public"."api_prices" TO "authenticated";
GRANT ALL ON TABLE "public"."api_prices" TO "service_role";



GRANT ALL ON SEQUENCE "public"."api_prices_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."avatar_cache" TO "authenticated";
GRANT ALL ON TABLE "public"."avatar_cache" TO "service_role";



GRANT ALL ON SEQUENCE "public"."avatar_cache_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."character_gallery" TO "authenticated";
GRANT ALL ON TABLE "public"."character_gallery" TO "service_role";



GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE "public"."character_profiles" TO "authenticated";
GRANT ALL ON TABLE "public"."character_profiles" TO "service_role";



GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE "public"."content" TO "authenticated";
GRANT ALL ON TABLE "public"."content" TO "service_role";



GRANT SELECT("id") ON TABLE "public"."content" TO "anon";



GRANT SELECT("story_id") ON TABLE "public"."content" TO "anon";



GRANT SELECT("kind") ON TABLE "public"."content" TO "anon";



GRANT SELECT("status") ON TABLE "public"."content" TO "anon";



GRANT SELECT("title") ON TABLE "public"."content" TO "anon";



GRANT SELECT("body") ON TABLE "public"."content" TO "anon";



GRANT SELECT("language") ON TABLE "public"."content" TO "anon";



GRANT SELECT("word_count") ON TABLE "public"."content" TO "anon";



GRANT SELECT("deleted_at") ON TABLE "public"."content" TO "anon";



GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE "public"."content_characters" TO "authenticated";
GRANT ALL ON TABLE "public"."content_characters" TO "service_role";



GRANT SELECT ON TABLE "public"."content_illustrations" TO "anon";
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE "public"."content_illustrations" TO "authenticated";
GRANT ALL ON TABLE "public"."content_illustrations" TO "service_role";



GRANT ALL ON SEQUENCE "public"."content_illustrations_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."stories" TO "anon";
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE "public"."stories" TO "authenticated";
GRANT ALL ON TABLE "public"."stories" TO "service_role";



GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE "public"."vignette_panels" TO "authenticated";
GRANT ALL ON TABLE "public"."vignette_panels" TO "service_role";
GRANT SELECT ON TABLE "public"."vignette_panels" TO "anon";



GRANT SELECT ON TABLE "public"."content_overview" TO "authenticated";
GRANT ALL ON TABLE "public"."content_overview" TO "service_role";



GRANT SELECT ON TABLE "public"."daily_api_costs" TO "authenticated";
GRANT ALL ON TABLE "public"."daily_api_costs" TO "service_role";



GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE "public"."descriptor_mappings" TO "authenticated";
GRANT ALL ON TABLE "public"."descriptor_mappings" TO "service_role";



GRANT ALL ON SEQUENCE "public"."descriptor_mappings_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."descriptors_age" TO "anon";
GRANT SELECT ON TABLE "public"."descriptors_age" TO "authenticated";
GRANT ALL ON TABLE "public"."descriptors_age" TO "service_role";



GRANT ALL ON SEQUENCE "public"."descriptors_age_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."descriptors_attribute" TO "anon";
GRANT SELECT ON TABLE "public"."descriptors_attribute" TO "authenticated";
GRANT ALL ON TABLE "public"."descriptors_attribute" TO "service_role";



GRANT ALL ON SEQUENCE "public"."descriptors_attribute_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."descriptors_gender" TO "anon";
GRANT SELECT ON TABLE "public"."descriptors_gender" TO "authenticated";
GRANT ALL ON TABLE "public"."descriptors_gender" TO "service_role";



GRANT ALL ON SEQUENCE "public"."descriptors_gender_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."descriptors_magical" TO "anon";
GRANT SELECT ON TABLE "public"."descriptors_magical" TO "authenticated";
GRANT ALL ON TABLE "public"."descriptors_magical" TO "service_role";



GRANT ALL ON SEQUENCE "public"."descriptors_magical_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."descriptors_pet" TO "anon";
GRANT SELECT ON TABLE "public"."descriptors_pet" TO "authenticated";
GRANT ALL ON TABLE "public"."descriptors_pet" TO "service_role";



GRANT ALL ON SEQUENCE "public"."descriptors_pet_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."generation_usage" TO "authenticated";
GRANT ALL ON TABLE "public"."generation_usage" TO "service_role";



GRANT ALL ON SEQUENCE "public"."generation_usage_id_seq" TO "service_role";



GRANT ALL ON TABLE "public"."monthly_api_costs" TO "service_role";
GRANT SELECT ON TABLE "public"."monthly_api_costs" TO "dashboard_user";



GRANT SELECT ON TABLE "public"."user_profiles" TO "authenticated";
GRANT ALL ON TABLE "public"."user_profiles" TO "service_role";



GRANT UPDATE("display_name") ON TABLE "public"."user_profiles" TO "authenticated";



GRANT UPDATE("locale") ON TABLE "public"."user_profiles" TO "authenticated";



GRANT UPDATE("time_zone") ON TABLE "public"."user_profiles" TO "authenticated";



GRANT UPDATE("avatar_path") ON TABLE "public"."user_profiles" TO "authenticated";



GRANT UPDATE("preferences") ON TABLE "public"."user_profiles" TO "authenticated";



GRANT UPDATE("onboarded_at") ON TABLE "public"."user_profiles" TO "authenticated";



GRANT SELECT ON TABLE "public"."published_stories" TO "anon";
GRANT SELECT ON TABLE "public"."published_stories" TO "authenticated";
GRANT ALL ON TABLE "public"."published_stories" TO "service_role";



GRANT SELECT ON TABLE "public"."story_parameters" TO "anon";
GRANT SELECT ON TABLE "public"."story_parameters" TO "authenticated";
GRANT ALL ON TABLE "public"."story_parameters" TO "service_role";



GRANT ALL ON SEQUENCE "public"."story_parameters_id_seq" TO "service_role";



GRANT SELECT ON TABLE "public"."subscription_tiers" TO "anon";
GRANT SELECT ON TABLE "public"."subscription_tiers" TO "authenticated";
GRANT ALL ON TABLE "public"."subscription_tiers" TO "service_role";



GRANT ALL ON SEQUENCE "public"."subscription_tiers_id_seq" TO "service_role";



GRANT ALL ON SEQUENCE "public"."vignette_panels_id_seq" TO "service_role";



GRANT ALL ON TABLE "storage"."buckets" TO "anon";
GRANT ALL ON TABLE "storage"."buckets" TO "authenticated";
GRANT ALL ON TABLE "storage"."buckets" TO "service_role";
GRANT ALL ON TABLE "storage"."buckets" TO "postgres" WITH GRANT OPTION;



GRANT ALL ON TABLE "storage"."buckets_analytics" TO "service_role";
GRANT SELECT ON TABLE "storage"."buckets_analytics" TO "anon";
GRANT SELECT ON TABLE "storage"."buckets_analytics" TO "authenticated";



GRANT SELECT ON TABLE "storage"."buckets_vectors" TO "anon";
GRANT SELECT ON TABLE "storage"."buckets_vectors" TO "authenticated";
GRANT SELECT ON TABLE "storage"."buckets_vectors" TO "service_role";



GRANT ALL ON TABLE "storage"."iceberg_namespaces" TO "service_role";
GRANT SELECT ON TABLE "storage"."iceberg_namespaces" TO "anon";
GRANT SELECT ON TABLE "storage"."iceberg_namespaces" TO "authenticated";



GRANT ALL ON TABLE "storage"."iceberg_tables" TO "service_role";
GRANT SELECT ON TABLE "storage"."iceberg_tables" TO "anon";
GRANT SELECT ON TABLE "storage"."iceberg_tables" TO "authenticated";



GRANT ALL ON TABLE "storage"."objects" TO "anon";
GRANT ALL ON TABLE "storage"."objects" TO "authenticated";
GRANT ALL ON TABLE "storage"."objects" TO "service_role";
GRANT ALL ON TABLE "storage"."objects" TO "postgres" WITH GRANT OPTION;



GRANT ALL ON TABLE "storage"."prefixes" TO "anon";
GRANT ALL ON TABLE "storage"."prefixes" TO "authenticated";
GRANT ALL ON TABLE "storage"."prefixes" TO "service_role";



GRANT ALL ON TABLE "storage"."s3_multipart_uploads" TO "service_role";
GRANT SELECT ON TABLE "storage"."s3_multipart_uploads" TO "anon";
GRANT SELECT ON TABLE "storage"."s3_multipart_uploads" TO "authenticated";



GRANT ALL ON TABLE "storage"."s3_multipart_uploads_parts" TO "service_role";
GRANT SELECT ON TABLE "storage"."s3_multipart_uploads_parts" TO "anon";
GRANT SELECT ON TABLE "storage"."s3_multipart_uploads_parts" TO "authenticated";



GRANT SELECT ON TABLE "storage"."vector_indexes" TO "anon";
GRANT SELECT ON TABLE "storage"."vector_indexes" TO "authenticated";
GRANT SELECT ON TABLE "storage"."vector_indexes" TO "service_role";



ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_auth_admin" IN SCHEMA "auth" GRANT ALL ON SEQUENCES TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_auth_admin" IN SCHEMA "auth" GRANT ALL ON SEQUENCES TO "dashboard_user";



ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_auth_admin" IN SCHEMA "auth" GRANT ALL ON FUNCTIONS TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_auth_admin" IN SCHEMA "auth" GRANT ALL ON FUNCTIONS TO "dashboard_user";



ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_auth_admin" IN SCHEMA "auth" GRANT ALL ON TABLES TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_auth_admin" IN SCHEMA "auth" GRANT ALL ON TABLES TO "dashboard_user";



ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON SEQUENCES TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON SEQUENCES TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON SEQUENCES TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON SEQUENCES TO "service_role";






ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON FUNCTIONS TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON FUNCTIONS TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON FUNCTIONS TO "service_role";






ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES TO "service_role";






ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON SEQUENCES TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON SEQUENCES TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON SEQUENCES TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON SEQUENCES TO "service_role";



ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON FUNCTIONS TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON FUNCTIONS TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON FUNCTIONS TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON FUNCTIONS TO "service_role";



ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON TABLES TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON TABLES TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON TABLES TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "storage" GRANT ALL ON TABLES TO "service_role";




RESET ALL;
