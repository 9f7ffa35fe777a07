create function titles() returns setof text language sql as 'select title from post';
create table post (id int primary key, title text not null, at date);
create index post_title on post (title);
create view heads as select post.title from post;
