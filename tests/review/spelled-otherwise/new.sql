create collation "public"."german" (provider = icu, locale = 'de-DE');
create table if not exists "public"."t" ("id" integer default 1 primary key, "name" "text");
grant select on table "public"."t" to "anon";
create policy "own" on "public"."t" using ((name = current_user)); -- a comment
create view "public"."v" as select "t"."id"
  from "public"."t" /* the table */ where ("t"."id" > 0);
