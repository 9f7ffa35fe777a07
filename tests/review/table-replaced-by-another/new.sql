create table person (id int primary key, name text, born date, died date);
create table item (id int primary key, colour_id int);
