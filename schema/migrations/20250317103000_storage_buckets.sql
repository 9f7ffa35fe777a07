-- Files: portraits in bucket avatars, pictures of stories in bucket illustrations. The first folder of a path is the
-- identifier of the user.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('avatars', 'avatars', false, 5242880, '{image/png,image/webp}'),
  ('illustrations', 'illustrations', true, 10485760, '{image/png,image/webp,image/jpeg}')
on conflict (id) do nothing;

create policy "Users manage their own avatars" on storage.objects
  to authenticated
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

create policy "Users upload illustrations to their own folder" on storage.objects
  for insert to authenticated
  with check (bucket_id = 'illustrations' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "Users delete illustrations in their own folder" on storage.objects
  for delete to authenticated
  using (bucket_id = 'illustrations' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "Anyone sees illustrations" on storage.objects
  for select using (bucket_id = 'illustrations');
