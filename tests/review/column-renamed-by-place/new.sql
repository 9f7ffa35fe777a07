create function titles() returns setof text language sql as 'select title from post';
create table post (id int primary key, heading text not null, at date);
create index post_title on post (heading);
create view heads as select post.heading as title from post;
