-- Stand-ins for extensions that a throw-away server lacks. A line `-- extension NAME [in SCHEMA]` begins one;
-- what follows it is what it brings, as far as a schema may mention it.

-- extension uuid-ossp
create function uuid_generate_v1() returns uuid language sql as 'select gen_random_uuid()';
create function uuid_generate_v1mc() returns uuid language sql as 'select gen_random_uuid()';
create function uuid_generate_v3(namespace uuid, name text) returns uuid language sql immutable as 'select md5(namespace || name)::uuid';
create function uuid_generate_v4() returns uuid language sql as 'select gen_random_uuid()';
create function uuid_generate_v5(namespace uuid, name text) returns uuid language sql immutable as 'select md5(name || namespace)::uuid';
create function uuid_nil() returns uuid language sql immutable as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
create function uuid_ns_dns() returns uuid language sql immutable as $$ select '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
create function uuid_ns_url() returns uuid language sql immutable as $$ select '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
create function uuid_ns_oid() returns uuid language sql immutable as $$ select '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid $$;
create function uuid_ns_x500() returns uuid language sql immutable as $$ select '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid $$;

-- extension pgcrypto
create function digest(data text, type text) returns bytea language sql immutable strict as 'select sha256(data::bytea)';
create function digest(data bytea, type text) returns bytea language sql immutable strict as 'select sha256(data)';
create function hmac(data text, key text, type text) returns bytea language sql immutable strict as 'select sha256((key || data)::bytea)';
create function hmac(data bytea, key bytea, type text) returns bytea language sql immutable strict as 'select sha256(key || data)';
create function crypt(password text, salt text) returns text language sql immutable strict as 'select md5(salt || password)';
create function gen_salt(type text) returns text language sql strict as 'select md5(random()::text)';
create function gen_salt(type text, iter_count integer) returns text language sql strict as 'select md5(random()::text)';
create function gen_random_bytes(count integer) returns bytea language sql strict as 'select substr(sha256(random()::text::bytea), 1, count)';
create function pgp_sym_encrypt(data text, key text) returns bytea language sql strict as 'select data::bytea';
create function pgp_sym_encrypt(data text, key text, options text) returns bytea language sql strict as 'select data::bytea';
create function pgp_sym_decrypt(data bytea, key text) returns text language sql immutable strict as $$ select convert_from(data, 'UTF8') $$;
create function pgp_sym_decrypt(data bytea, key text, options text) returns text language sql immutable strict as $$ select convert_from(data, 'UTF8') $$;
create function gen_random_uuid() returns uuid language sql as 'select pg_catalog.gen_random_uuid()';
create function armor(bytea) returns text language sql immutable strict as $$ select encode($1, 'base64') $$;
create function armor(bytea, text[], text[]) returns text language sql immutable strict as $$ select encode($1, 'base64') $$;
create function dearmor(text) returns bytea language sql immutable strict as $$ select decode($1, 'base64') $$;
create function encrypt(bytea, bytea, text) returns bytea language sql immutable strict as 'select $1';
create function encrypt_iv(bytea, bytea, bytea, text) returns bytea language sql immutable strict as 'select $1';
create function decrypt(bytea, bytea, text) returns bytea language sql immutable strict as 'select $1';
create function decrypt_iv(bytea, bytea, bytea, text) returns bytea language sql immutable strict as 'select $1';
create function pgp_armor_headers(text, out key text, out value text) returns setof record language sql immutable strict as 'select $1, $1';
create function pgp_key_id(bytea) returns text language sql immutable strict as $$ select encode($1, 'hex') $$;
create function pgp_sym_encrypt_bytea(bytea, text) returns bytea language sql strict as 'select $1';
create function pgp_sym_encrypt_bytea(bytea, text, text) returns bytea language sql strict as 'select $1';
create function pgp_sym_decrypt_bytea(bytea, text) returns bytea language sql immutable strict as 'select $1';
create function pgp_sym_decrypt_bytea(bytea, text, text) returns bytea language sql immutable strict as 'select $1';
create function pgp_pub_encrypt(text, bytea) returns bytea language sql strict as 'select $1::bytea';
create function pgp_pub_encrypt(text, bytea, text) returns bytea language sql strict as 'select $1::bytea';
create function pgp_pub_encrypt_bytea(bytea, bytea) returns bytea language sql strict as 'select $1';
create function pgp_pub_encrypt_bytea(bytea, bytea, text) returns bytea language sql strict as 'select $1';
create function pgp_pub_decrypt(bytea, bytea) returns text language sql immutable strict as $$ select convert_from($1, 'UTF8') $$;
create function pgp_pub_decrypt(bytea, bytea, text) returns text language sql immutable strict as $$ select convert_from($1, 'UTF8') $$;
create function pgp_pub_decrypt(bytea, bytea, text, text) returns text language sql immutable strict as $$ select convert_from($1, 'UTF8') $$;
create function pgp_pub_decrypt_bytea(bytea, bytea) returns bytea language sql immutable strict as 'select $1';
create function pgp_pub_decrypt_bytea(bytea, bytea, text) returns bytea language sql immutable strict as 'select $1';
create function pgp_pub_decrypt_bytea(bytea, bytea, text, text) returns bytea language sql immutable strict as 'select $1';

-- extension pgjwt
create function url_decode(data text) returns bytea language sql immutable as $$ select decode(data, 'base64') $$;
create function algorithm_sign(signables text, secret text, algorithm text) returns text language sql immutable as 'select md5(signables || secret)';
create function url_encode(data bytea) returns text language sql immutable as $$ select encode(data, 'base64') $$;
create function sign(payload json, secret text, algorithm text default 'HS256') returns text language sql immutable as 'select md5(payload || secret)';
create function verify(token text, secret text, algorithm text default 'HS256', out header json, out payload json, out valid boolean) language sql immutable as 'select null::json, null::json, false';

-- extension pg_cron in pg_catalog
create schema cron;
create table cron.job (jobid bigserial primary key, schedule text not null, command text not null, nodename text default 'localhost' not null, nodeport integer default 5432 not null, database text default current_database() not null, username text default current_user not null, active boolean default true not null, jobname text);
create table cron.job_run_details (jobid bigint, runid bigserial primary key, job_pid integer, database text, username text, command text, status text, return_message text, start_time timestamp with time zone, end_time timestamp with time zone);
create function cron.schedule(schedule text, command text) returns bigint language sql as 'insert into cron.job (schedule, command) values ($1, $2) returning jobid';
create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as 'insert into cron.job (jobname, schedule, command) values ($1, $2, $3) returning jobid';
create function cron.unschedule(job_id bigint) returns boolean language sql as 'delete from cron.job where jobid = $1 returning true';
create function cron.unschedule(job_name text) returns boolean language sql as 'delete from cron.job where jobname = $1 returning true';

-- extension pg_net
create schema net;
create table net.http_request_queue (id bigserial, method text not null, url text not null, headers jsonb, body bytea, timeout_milliseconds integer not null);
create table net._http_response (id bigint, status_code integer, content_type text, headers jsonb, content text, timed_out boolean, error_msg text, created timestamp with time zone default now() not null);
create function net.http_get(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000) returns bigint language sql as 'select 1::bigint';
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000) returns bigint language sql as 'select 1::bigint';
create function net.http_delete(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000, body jsonb default null) returns bigint language sql as 'select 1::bigint';

-- extension http
create type http_header as (field varchar, value varchar);
create type http_response as (status integer, content_type varchar, headers http_header[], content varchar);
create function http_get(uri varchar) returns http_response language sql as 'select null::http_response';
create function http_post(uri varchar, content varchar, content_type varchar) returns http_response language sql as 'select null::http_response';

-- extension pg_graphql
-- extension supabase_vault in vault
-- extension pgsodium
-- extension pgaudit
create function pgaudit_ddl_command_end() returns event_trigger language plpgsql as 'begin end';
create function pgaudit_sql_drop() returns event_trigger language plpgsql as 'begin end';

-- extension pg_jsonschema
-- extension pg_hashids
-- extension hypopg
-- extension index_advisor
-- extension wrappers
-- extension plpgsql_check
-- extension pg_tle
-- extension pg_repack
