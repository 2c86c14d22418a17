-- A store as version 7 wrote it; never changed again.
BEGIN TRANSACTION;
CREATE TABLE class_changes (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    class_id INTEGER NOT NULL REFERENCES classes,
    before TEXT NOT NULL,        -- the row as JSON
    after TEXT NOT NULL,
    PRIMARY KEY (edit_id, class_id)
) WITHOUT ROWID;
INSERT INTO "class_changes" VALUES(1,1,'{"name": "cat", "colour": "#3b82f6", "key": "1", "position": 0, "gone": 1}','{"name": "cat", "colour": "#3b82f6", "key": "1", "position": 0, "gone": 0}');
INSERT INTO "class_changes" VALUES(1,2,'{"name": "dog", "colour": "#f59e0b", "key": "2", "position": 1, "gone": 1}','{"name": "dog", "colour": "#f59e0b", "key": "2", "position": 1, "gone": 0}');
CREATE TABLE classes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    colour TEXT NOT NULL,
    key TEXT,
    position INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0    -- deleted, or its making undone; kept so that it can come back
);
INSERT INTO "classes" VALUES(1,'cat','#3b82f6','1',0,0);
INSERT INTO "classes" VALUES(2,'dog','#f59e0b','2',1,0);
INSERT INTO "classes" VALUES(3,'old','#10b981','3',2,1);
CREATE TABLE edits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    state TEXT NOT NULL
, kind TEXT NOT NULL DEFAULT '');
INSERT INTO "edits" VALUES(1,'Import 3 images','2025-11-20T05:00:00+00:00','done','');
INSERT INTO "edits" VALUES(2,'Label 1 image as cat','2025-11-20T05:01:00+00:00','done','');
INSERT INTO "edits" VALUES(3,'Move 1 image to test','2025-11-20T05:02:00+00:00','undone','');
CREATE TABLE "field_changes" (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    field TEXT NOT NULL,         -- a column of images, one of history.FIELDS
    before,
    after,
    PRIMARY KEY (edit_id, field, image_id)
) WITHOUT ROWID;
INSERT INTO "field_changes" VALUES(2,2,'confirmed',0,1);
INSERT INTO "field_changes" VALUES(2,1,'excluded',0,1);
INSERT INTO "field_changes" VALUES(2,2,'grouping',NULL,'dog/2');
INSERT INTO "field_changes" VALUES(2,2,'note','','blurred');
INSERT INTO "field_changes" VALUES(2,2,'unsure',0,1);
CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    path NOT NULL,               -- from its source, "" for that itself; a BLOB where it is not Unicode
    UNIQUE (source_id, path)
);
INSERT INTO "folders" VALUES(1,1,'cat');
INSERT INTO "folders" VALUES(2,1,'dog');
INSERT INTO "folders" VALUES(3,1,'');
CREATE TABLE "images" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES sources,
    path NOT NULL,               -- relative to its source, with "/"; a BLOB where the name is not Unicode
    sort_key TEXT NOT NULL,
    class_id INTEGER REFERENCES classes,
    split INTEGER NOT NULL,      -- place in records.Split
    state INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    grouping TEXT,
    problem TEXT,
    import_id INTEGER NOT NULL,  -- the edit that brought it
    unsure INTEGER NOT NULL DEFAULT 0,
    excluded INTEGER NOT NULL DEFAULT 0,    -- from training
    note TEXT NOT NULL DEFAULT '',
    digest BLOB,                 -- of the file's bytes; finds an image again that was moved
    confirmed INTEGER NOT NULL DEFAULT 0,   -- a person keeps this label against a model
    folder_id INTEGER NOT NULL DEFAULT 0    -- of folders
, unseen INTEGER NOT NULL DEFAULT 0);
INSERT INTO "images" VALUES(1,1,'cat/1.png','cat/011.png',1,0,1,8,6,80,1700000000000000000,NULL,NULL,1,0,1,'',X'000102030405060708090A0B0C0D0E0F',0,1,0);
INSERT INTO "images" VALUES(2,1,'dog/2.png','dog/012.png',1,1,1,8,6,80,1700000000000000000,'dog/2',NULL,1,1,0,'blurred',NULL,1,2,0);
INSERT INTO "images" VALUES(3,1,X'6C616C6CFF2E706E67','lall?.png',NULL,3,2,NULL,NULL,3,1700000000000000000,NULL,'not an image',1,0,0,'',NULL,0,3,0);
CREATE TABLE label_changes (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    before INTEGER,
    after INTEGER,
    PRIMARY KEY (edit_id, image_id)
) WITHOUT ROWID;
INSERT INTO "label_changes" VALUES(2,2,2,1);
CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder NOT NULL,             -- absolute, as it was when added
    relative,                    -- to the folder that holds the project, where it is below it
    kind TEXT NOT NULL
, pixel_range TEXT);
INSERT INTO "sources" VALUES(1,'/home/kim/고양이','고양이','class-folders',NULL);
CREATE TABLE split_changes (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    before INTEGER NOT NULL,
    after INTEGER NOT NULL,
    PRIMARY KEY (edit_id, image_id)
) WITHOUT ROWID;
INSERT INTO "split_changes" VALUES(3,1,0,2);
CREATE UNIQUE INDEX class_names ON classes (name) WHERE gone = 0;
CREATE INDEX images_in_order ON images (source_id, sort_key, state, class_id, split);
CREATE INDEX images_of_class ON images (class_id, split, state);
CREATE INDEX images_left_out ON images (class_id, split, state) WHERE excluded;
CREATE UNIQUE INDEX image_places ON images (source_id, path) WHERE state >= 0;
CREATE INDEX images_unseen ON images (class_id, split, state) WHERE unseen;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('sources',1);
INSERT INTO "sqlite_sequence" VALUES('classes',3);
INSERT INTO "sqlite_sequence" VALUES('edits',3);
INSERT INTO "sqlite_sequence" VALUES('folders',3);
INSERT INTO "sqlite_sequence" VALUES('images',3);
COMMIT;
PRAGMA user_version = 7;
