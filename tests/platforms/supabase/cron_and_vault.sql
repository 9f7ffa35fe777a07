-- Jobs that call an edge function with a key of the vault.
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
grant usage on schema cron to service_role;
grant all privileges on all tables in schema cron to postgres;
select vault.create_secret('https://project.example', 'project_url');
create table public.jobs (id integer primary key, done boolean default false not null);
create function public.call_worker() returns bigint language plpgsql security definer as $$
declare
  url text;
begin
  select decrypted_secret into url from vault.decrypted_secrets where name = 'project_url';
  return net.http_post(url := url || '/functions/v1/worker', headers := '{"Content-Type": "application/json"}'::jsonb);
end $$;
revoke execute on function public.call_worker() from public, anon, authenticated;
select cron.schedule('worker', '* * * * *', $$ select public.call_worker() $$);
create view public.secret_names with (security_invoker = on) as select id, name, created_at from vault.secrets;
revoke all on public.secret_names from anon, authenticated;
