-- What needs the functions of extensions, in schema extensions and by search path.
create extension if not exists "uuid-ossp";
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create schema if not exists extensions;
create extension if not exists citext with schema extensions;
create table public.items (
  id uuid default extensions.uuid_generate_v4() primary key,
  other uuid default uuid_generate_v4(),
  maker uuid default auth.uid() references auth.users (id),
  token text default encode(extensions.gen_random_bytes(24), 'hex'),
  email extensions.citext unique,
  plain citext,
  name text not null
);
create index items_name_trgm on public.items using gin (name extensions.gin_trgm_ops);
create function public.hashed(word text) returns text language sql as $$ select crypt(word, gen_salt('bf')) $$;
