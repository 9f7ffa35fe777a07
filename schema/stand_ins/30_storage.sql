-- Schema storage as the storage server leaves it. Run as supabase_admin.

create schema storage authorization supabase_admin;
grant usage on schema storage to anon, authenticated, service_role;
grant usage on schema storage to postgres with grant option;
grant all on schema storage to supabase_storage_admin, dashboard_user;

\connect - supabase_storage_admin
set search_path to storage;

create table storage.buckets (
  id text primary key,
  name text not null,
  owner uuid,
  created_at timestamp with time zone default now(),
  updated_at timestamp with time zone default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text
);
create unique index bname on storage.buckets (name);
comment on table storage.buckets is 'Containers of files. A public bucket serves its files without a token.';
comment on column storage.buckets.owner is 'Superseded by owner_id, which also holds owners that are not a UUID.';

create table storage.objects (
  id uuid default gen_random_uuid() primary key,
  bucket_id text,
  name text,
  owner uuid,
  created_at timestamp with time zone default now(),
  updated_at timestamp with time zone default now(),
  last_accessed_at timestamp with time zone default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  constraint "objects_bucketId_fkey" foreign key (bucket_id) references storage.buckets (id)
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
comment on table storage.objects is 'One row per file. Access to files is decided by the policies of this table.';
comment on column storage.objects.name is 'The path inside the bucket, folders separated by slashes.';
comment on column storage.objects.owner is 'Superseded by owner_id, which also holds owners that are not a UUID.';
comment on column storage.objects.path_tokens is 'The folders and the file name, in order.';

create table storage.migrations (
  id integer primary key,
  name character varying(100) not null unique,
  hash character varying(40) not null,
  executed_at timestamp without time zone default current_timestamp
);
comment on table storage.migrations is 'The migrations of the storage server that have run here.';

create table storage.s3_multipart_uploads (
  id text primary key,
  in_progress_size bigint default 0 not null,
  upload_signature text not null,
  bucket_id text not null references storage.buckets (id),
  key text collate "C" not null,
  version text not null,
  owner_id text,
  created_at timestamp with time zone default now() not null,
  user_metadata jsonb
);
create index idx_multipart_uploads_list on storage.s3_multipart_uploads (bucket_id, key, created_at);
comment on table storage.s3_multipart_uploads is 'Large uploads that have begun and are not complete.';

create table storage.s3_multipart_uploads_parts (
  id uuid default gen_random_uuid() primary key,
  upload_id text not null references storage.s3_multipart_uploads (id) on delete cascade,
  size bigint default 0 not null,
  part_number integer not null,
  bucket_id text not null references storage.buckets (id),
  key text collate "C" not null,
  etag text not null,
  owner_id text,
  version text not null,
  created_at timestamp with time zone default now() not null
);
comment on table storage.s3_multipart_uploads_parts is 'The parts of a large upload that have arrived.';

create function storage.foldername(name text) returns text[] language plpgsql as $$
declare
  parts text[] := string_to_array(name, '/');
begin
  return parts[1:array_length(parts, 1) - 1];
end
$$;
comment on function storage.foldername(text) is 'The folders of a path: `{a,b}` of `a/b/c.png`.';

create function storage.filename(name text) returns text language plpgsql as $$
declare
  parts text[] := string_to_array(name, '/');
begin
  return parts[array_length(parts, 1)];
end
$$;
comment on function storage.filename(text) is 'The last part of a path: `c.png` of `a/b/c.png`.';

create function storage.extension(name text) returns text language plpgsql as $$
declare
  file text := storage.filename(name);
begin
  return reverse(split_part(reverse(file), '.', 1));
end
$$;
comment on function storage.extension(text) is 'What follows the last dot of a path: `png` of `a/b/c.png`.';

create function storage.search(
  prefix text, bucketname text, limits integer default 100, levels integer default 1, offsets integer default 0,
  search text default '', sortcolumn text default 'name', sortorder text default 'asc'
) returns table (
  name text, id uuid, updated_at timestamp with time zone, created_at timestamp with time zone,
  last_accessed_at timestamp with time zone, metadata jsonb
) language plpgsql stable as $$
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
$$;
comment on function storage.search(text, text, integer, integer, integer, text, text, text) is
  'Lists one level of a bucket: first its folders, then its files in the wanted order.';

create function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end
$$;

create trigger update_objects_updated_at before update on storage.objects
  for each row execute function storage.update_updated_at_column();

alter table storage.buckets enable row level security;
alter table storage.migrations enable row level security;
alter table storage.objects enable row level security;
alter table storage.s3_multipart_uploads enable row level security;
alter table storage.s3_multipart_uploads_parts enable row level security;

grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to service_role;
grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to anon, authenticated;
