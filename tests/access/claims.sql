-- What pages said of rows that was wrong, one claim after its name.

-- an update grant beside a policy for select alone reaches no rows
create table notes(id int);
alter table notes enable row level security;
grant select, update on notes to anon;
create policy reading on notes for select using (true);

-- truncate is not limited where no policy permits any row
create table notes(id int);
alter table notes enable row level security;
grant all on notes to anon;

-- a delete with where reaches none where only delete has a policy
create table notes(id int);
alter table notes enable row level security;
grant select, delete on notes to anon;
create policy deleting on notes for delete using (true);

-- a policy without a clause permits nothing, nor does false
create table bare(id int);
alter table bare enable row level security;
grant all on bare to anon;
create policy nothing on bare to anon;
create table never(id int);
alter table never enable row level security;
grant all on never to anon;
create policy nothing on never to anon using (false);

-- who the caller is filters, also where the policy is for one role
create schema auth;
grant usage on schema auth to public;
create function auth.uid() returns uuid language sql stable as 'select null::uuid';
create function auth.role() returns text language sql stable as 'select null::text';
create table one(id int);
create table two(id int);
create table three(id int);
alter table one enable row level security;
alter table two enable row level security;
alter table three enable row level security;
grant select on one, two, three to anon, auth_user;
create policy signed on one for select to anon using (auth.uid() is not null);
create policy service on two for select to auth_user using (auth.role() = 'service_role'::text);
create policy anybody on three for select using (((auth.role() = 'service_role'::text) or true));

-- a function that decides filters
create function is_admin() returns boolean language plpgsql stable security definer as 'begin return app.uid() > 5; end';
create table notes(id int);
alter table notes enable row level security;
grant select on notes to anon;
create policy admins on notes for select using (is_admin());

-- a sub-select must be readable by who it is applied to
create table members(id int, user_id int);
create table strangers(id int);
create table any_member(id int);
alter table strangers enable row level security;
alter table any_member enable row level security;
grant select on strangers, any_member to auth_user, anon;
grant select on members to anon;
create policy others on strangers for select using (id in (select members.id from members where members.user_id <> uid()));
create policy anyone on any_member for select using (exists (select 1 from members where members.id <> any_member.id and uid() is not null));

-- a partition without row security below a protected parent is open
create table parent(id int) partition by list (id);
alter table parent enable row level security;
create table child(id int);
alter table only parent attach partition child for values in (1);
grant select on child to anon;

-- a second policy that lets all through opens the table
create table notes(id int);
alter table notes enable row level security;
grant select on notes to anon;
create policy own on notes for select using (id = uid());
create policy everything on notes for select using (true);

-- a policy that reads its own table fails
create table notes(id int);
alter table notes enable row level security;
grant select on notes to anon;
create policy again on notes for select using (exists (select 1 from notes x where x.id = 1));

-- a restrictive false takes all away
create table notes(id int);
alter table notes enable row level security;
grant select on notes to anon;
create policy everything on notes for select using (true);
create policy nothing on notes as restrictive for select to anon using (false);

-- a view has the rights of its owner, a grant without usage of the schema none
create table notes(id int);
alter table notes enable row level security;
alter table notes owner to boss;
create view door as select id from notes;
alter view door owner to boss;
grant select on door to anon;
create schema hidden;
create table hidden.notes(id int);
grant select on hidden.notes to anon;
create table open(id int);
grant select on open to anon;
