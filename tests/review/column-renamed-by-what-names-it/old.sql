create table person (id int primary key);
create table post (id int, author int references person);
