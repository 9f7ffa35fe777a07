-- Buckets and who may put files into them.
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true) on conflict (id) do nothing;
create policy "Anyone can see avatars" on storage.objects for select using (bucket_id = 'avatars');
create policy "Own folder" on storage.objects for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid()::text));
create policy "Own files" on storage.objects for delete to authenticated using (owner_id = (select auth.uid()::text));
create policy "Only pictures" on "storage"."objects" as restrictive for update to authenticated
  using (storage.extension(name) in ('png', 'jpg')) with check (storage.filename(name) <> '');
drop policy if exists "Anyone can see avatars" on storage.objects;
create policy "Signed in" on storage.buckets for select to authenticated using (true);
create table public.attachments (
  id bigint generated always as identity primary key,
  object_id uuid references storage.objects (id) on delete set null,
  bucket text references storage.buckets,
  kind storage.buckettype default 'STANDARD'
);
create function public.delete_file() returns trigger language plpgsql security definer as $$
begin
  delete from storage.objects where id = old.object_id;
  return old;
end $$;
create trigger delete_file after delete on public.attachments for each row execute function public.delete_file();
create trigger follow_file after update on storage.objects for each row execute function public.delete_file();
