PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO __EFMigrationsHistory VALUES('20261121000000_Initial','10.0.11');
INSERT INTO __EFMigrationsHistory VALUES('20261121000100_Jobs','10.0.11');
CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "experiments" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_experiments" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "artifact_location" TEXT NOT NULL,
    "creation_time" INTEGER NOT NULL,
    "last_update_time" INTEGER NOT NULL,
    "deleted" INTEGER NOT NULL
);
INSERT INTO experiments VALUES(0,'Default','mlflow-artifacts:/0',1795805902021,1795805902021,0);
INSERT INTO experiments VALUES(1,'flowers of spring','mlflow-artifacts:/1',1795805910990,1795805910990,0);
CREATE TABLE IF NOT EXISTS "experiment_tags" (
    "experiment_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    CONSTRAINT "PK_experiment_tags" PRIMARY KEY ("experiment_id", "key"),
    CONSTRAINT "FK_experiment_tags_experiments_experiment_id" FOREIGN KEY ("experiment_id") REFERENCES "experiments" ("id") ON DELETE CASCADE
);
INSERT INTO experiment_tags VALUES(1,'team','botany');
CREATE TABLE IF NOT EXISTS "runs" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_runs" PRIMARY KEY AUTOINCREMENT,
    "run_id" TEXT NOT NULL,
    "experiment_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "start_time" INTEGER NOT NULL,
    "end_time" INTEGER NULL,
    "artifact_uri" TEXT NOT NULL,
    "deleted_time" INTEGER NULL,
    CONSTRAINT "FK_runs_experiments_experiment_id" FOREIGN KEY ("experiment_id") REFERENCES "experiments" ("id") ON DELETE CASCADE
);
INSERT INTO runs VALUES(1,'17f3a63ffa264766a79c9a494816f400',1,'first light','ada','FINISHED',1763770000000,1763770060000,'mlflow-artifacts:/1/17f3a63ffa264766a79c9a494816f400/artifacts',NULL);
INSERT INTO runs VALUES(2,'3a193f9d7af344c081d2fe744d53b4dc',1,'thrown away','','RUNNING',1763770000000,NULL,'mlflow-artifacts:/1/3a193f9d7af344c081d2fe744d53b4dc/artifacts',1795805912699);
INSERT INTO runs VALUES(3,'2df479021b4c4f4d85bb25e3c1188740',0,'waiting','','FINISHED',1795805912938,1795805913008,'mlflow-artifacts:/0/2df479021b4c4f4d85bb25e3c1188740/artifacts',NULL);
INSERT INTO runs VALUES(4,'f7756c11cf2b4949b1a8bca05c8d6b81',0,'done','','SCHEDULED',1795805912819,NULL,'mlflow-artifacts:/0/f7756c11cf2b4949b1a8bca05c8d6b81/artifacts',NULL);
CREATE TABLE IF NOT EXISTS "run_tags" (
    "run_key" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    CONSTRAINT "PK_run_tags" PRIMARY KEY ("run_key", "key"),
    CONSTRAINT "FK_run_tags_runs_run_key" FOREIGN KEY ("run_key") REFERENCES "runs" ("id") ON DELETE CASCADE
);
INSERT INTO run_tags VALUES(1,'mlflow.runName','first light');
INSERT INTO run_tags VALUES(1,'mlflow.source.name','train.py');
INSERT INTO run_tags VALUES(1,'phase','frozen');
INSERT INTO run_tags VALUES(2,'mlflow.runName','thrown away');
INSERT INTO run_tags VALUES(3,'linnaeus.dataset','synthetic-flowers');
INSERT INTO run_tags VALUES(3,'linnaeus.job_id','1326b4a324104a788e80bb16576fb307');
INSERT INTO run_tags VALUES(3,'linnaeus.model','flowers');
INSERT INTO run_tags VALUES(3,'linnaeus.trace_id','24823d8d2d3c5355e426afef541cb24e');
INSERT INTO run_tags VALUES(3,'mlflow.runName','waiting');
INSERT INTO run_tags VALUES(3,'mlflow.source.name','Linnaeus Trainer');
INSERT INTO run_tags VALUES(3,'mlflow.source.type','JOB');
INSERT INTO run_tags VALUES(4,'linnaeus.dataset','synthetic-flowers');
INSERT INTO run_tags VALUES(4,'linnaeus.job_id','48342c83b0ac4013aa3bca4870bfe72b');
INSERT INTO run_tags VALUES(4,'linnaeus.model','flowers');
INSERT INTO run_tags VALUES(4,'linnaeus.trace_id','0e847652551f6ae6734fd7d4e1e5a3f0');
INSERT INTO run_tags VALUES(4,'mlflow.runName','done');
INSERT INTO run_tags VALUES(4,'mlflow.source.name','Linnaeus Trainer');
INSERT INTO run_tags VALUES(4,'mlflow.source.type','JOB');
CREATE TABLE IF NOT EXISTS "params" (
    "run_key" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    CONSTRAINT "PK_params" PRIMARY KEY ("run_key", "key"),
    CONSTRAINT "FK_params_runs_run_key" FOREIGN KEY ("run_key") REFERENCES "runs" ("id") ON DELETE CASCADE
);
INSERT INTO params VALUES(1,'learning_rate','0.001');
INSERT INTO params VALUES(1,'note','Grüße ✿');
INSERT INTO params VALUES(3,'architecture','efficientnet_b0');
INSERT INTO params VALUES(3,'augmentation','none');
INSERT INTO params VALUES(3,'batch_size','32');
INSERT INTO params VALUES(3,'dataset','synthetic-flowers');
INSERT INTO params VALUES(3,'device','auto');
INSERT INTO params VALUES(3,'dropout','0.2');
INSERT INTO params VALUES(3,'epochs','3');
INSERT INTO params VALUES(3,'experiment','Default');
INSERT INTO params VALUES(3,'explain_images','0');
INSERT INTO params VALUES(3,'image_size','224');
INSERT INTO params VALUES(3,'label_smoothing','0.1');
INSERT INTO params VALUES(3,'learning_rate','0.001');
INSERT INTO params VALUES(3,'model','flowers');
INSERT INTO params VALUES(3,'name','waiting');
INSERT INTO params VALUES(3,'optimizer','adamw');
INSERT INTO params VALUES(3,'schedule','cosine');
INSERT INTO params VALUES(3,'seed','0');
INSERT INTO params VALUES(3,'validation_fraction','0.1');
INSERT INTO params VALUES(3,'warmup_epochs','1');
INSERT INTO params VALUES(3,'weight_decay','0.0001');
INSERT INTO params VALUES(3,'weights','none');
INSERT INTO params VALUES(4,'architecture','efficientnet_b0');
INSERT INTO params VALUES(4,'augmentation','none');
INSERT INTO params VALUES(4,'batch_size','32');
INSERT INTO params VALUES(4,'dataset','synthetic-flowers');
INSERT INTO params VALUES(4,'device','auto');
INSERT INTO params VALUES(4,'dropout','0.2');
INSERT INTO params VALUES(4,'epochs','1');
INSERT INTO params VALUES(4,'experiment','Default');
INSERT INTO params VALUES(4,'explain_images','0');
INSERT INTO params VALUES(4,'image_size','224');
INSERT INTO params VALUES(4,'label_smoothing','0.1');
INSERT INTO params VALUES(4,'learning_rate','0.001');
INSERT INTO params VALUES(4,'model','flowers');
INSERT INTO params VALUES(4,'name','done');
INSERT INTO params VALUES(4,'optimizer','adamw');
INSERT INTO params VALUES(4,'schedule','cosine');
INSERT INTO params VALUES(4,'seed','0');
INSERT INTO params VALUES(4,'validation_fraction','0.1');
INSERT INTO params VALUES(4,'warmup_epochs','1');
INSERT INTO params VALUES(4,'weight_decay','0.0001');
INSERT INTO params VALUES(4,'weights','none');
CREATE TABLE IF NOT EXISTS "metrics" (
    "run_key" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "timestamp" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "value" REAL NOT NULL,
    "is_nan" INTEGER NOT NULL,
    CONSTRAINT "PK_metrics" PRIMARY KEY ("run_key", "key", "timestamp", "step", "value", "is_nan"),
    CONSTRAINT "FK_metrics_runs_run_key" FOREIGN KEY ("run_key") REFERENCES "runs" ("id") ON DELETE CASCADE
);
INSERT INTO metrics VALUES(1,'train_loss',1763770000000,0,2.5,0);
INSERT INTO metrics VALUES(1,'train_loss',1763770001000,1,1.25,0);
INSERT INTO metrics VALUES(1,'train_loss',1763770002000,2,0.75,0);
INSERT INTO metrics VALUES(1,'train_loss',1763770003000,3,1.0,0);
INSERT INTO metrics VALUES(1,'lr',1763770000000,0,0.0,1);
CREATE TABLE IF NOT EXISTS "latest_metrics" (
    "run_key" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "timestamp" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "value" REAL NOT NULL,
    "is_nan" INTEGER NOT NULL,
    CONSTRAINT "PK_latest_metrics" PRIMARY KEY ("run_key", "key"),
    CONSTRAINT "FK_latest_metrics_runs_run_key" FOREIGN KEY ("run_key") REFERENCES "runs" ("id") ON DELETE CASCADE
);
INSERT INTO latest_metrics VALUES(1,'lr',1763770000000,0,0.0,1);
INSERT INTO latest_metrics VALUES(1,'train_loss',1763770003000,3,1.0,0);
CREATE TABLE IF NOT EXISTS "datasets" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_datasets" PRIMARY KEY AUTOINCREMENT,
    "experiment_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "source_type" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "schema" TEXT NULL,
    "profile" TEXT NULL,
    CONSTRAINT "FK_datasets_experiments_experiment_id" FOREIGN KEY ("experiment_id") REFERENCES "experiments" ("id") ON DELETE CASCADE
);
INSERT INTO datasets VALUES(1,1,'flowers12','0123456789abcdef','folder','{}',NULL,NULL);
CREATE TABLE IF NOT EXISTS "run_inputs" (
    "run_key" INTEGER NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "tags" TEXT NOT NULL,
    "context" TEXT NULL,
    CONSTRAINT "PK_run_inputs" PRIMARY KEY ("run_key", "dataset_id"),
    CONSTRAINT "FK_run_inputs_runs_run_key" FOREIGN KEY ("run_key") REFERENCES "runs" ("id") ON DELETE CASCADE,
    CONSTRAINT "FK_run_inputs_datasets_dataset_id" FOREIGN KEY ("dataset_id") REFERENCES "datasets" ("id") ON DELETE CASCADE
);
INSERT INTO run_inputs VALUES(1,1,'{"mlflow.data.context":"training"}','training');
CREATE TABLE IF NOT EXISTS "run_models" (
    "run_key" INTEGER NOT NULL,
    "model_id" TEXT NOT NULL,
    "is_output" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    CONSTRAINT "PK_run_models" PRIMARY KEY ("run_key", "model_id", "is_output"),
    CONSTRAINT "FK_run_models_runs_run_key" FOREIGN KEY ("run_key") REFERENCES "runs" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "blobs" (
    "sha256" TEXT NOT NULL CONSTRAINT "PK_blobs" PRIMARY KEY,
    "size" INTEGER NOT NULL,
    "blob_name" TEXT NOT NULL,
    "creation_time" INTEGER NOT NULL
);
INSERT INTO blobs VALUES('7f8f4a879eefb3f9fed9c6af4077c9acb0db066b2906d6570c42913478686b0f',12,'2026/11/27/d267d1a5f6ad4fb08949864f45f2d8f9',1795805911989);
INSERT INTO blobs VALUES('4cee48bd51c7d3e55c813c7a6d3e2702a5a429eacefd95a30399e160e48c9051',35,'2026/11/27/f86289a591c743b28a4fe2af8ad62cc9',1795805912037);
INSERT INTO blobs VALUES('d850b5d0eb8fe6a31734c79ab5d9624aca302b4376d365a5cfd25cdeb3cacfd3',29,'2026/11/27/f7f3ee83db794babb6b3dc006778b655',1795805912076);
INSERT INTO blobs VALUES('59e62d981f6585a7a0a26c82ffe1ab348aef57aa3f865bb29049d6003bc87741',34,'2026/11/27/fdc8ff36e381405292eb1349b1206016',1795805912129);
CREATE TABLE IF NOT EXISTS "artifacts" (
    "path" TEXT NOT NULL CONSTRAINT "PK_artifacts" PRIMARY KEY,
    "sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "creation_time" INTEGER NOT NULL,
    CONSTRAINT "FK_artifacts_blobs_sha256" FOREIGN KEY ("sha256") REFERENCES "blobs" ("sha256") ON DELETE RESTRICT
);
INSERT INTO artifacts VALUES('1/17f3a63ffa264766a79c9a494816f400/artifacts/model/MLmodel','7f8f4a879eefb3f9fed9c6af4077c9acb0db066b2906d6570c42913478686b0f',12,1795805911989);
INSERT INTO artifacts VALUES('1/17f3a63ffa264766a79c9a494816f400/artifacts/model/model.json','4cee48bd51c7d3e55c813c7a6d3e2702a5a429eacefd95a30399e160e48c9051',35,1795805912037);
INSERT INTO artifacts VALUES('1/17f3a63ffa264766a79c9a494816f400/artifacts/model/model.safetensors','d850b5d0eb8fe6a31734c79ab5d9624aca302b4376d365a5cfd25cdeb3cacfd3',29,1795805912076);
INSERT INTO artifacts VALUES('1/17f3a63ffa264766a79c9a494816f400/artifacts/notes/readme.txt','59e62d981f6585a7a0a26c82ffe1ab348aef57aa3f865bb29049d6003bc87741',34,1795805912129);
CREATE TABLE IF NOT EXISTS "registered_models" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_registered_models" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "description" TEXT NULL,
    "creation_time" INTEGER NOT NULL,
    "last_update_time" INTEGER NOT NULL,
    "last_version" INTEGER NOT NULL
);
INSERT INTO registered_models VALUES(1,'flowers',NULL,1795805912401,1795805912687,1);
CREATE TABLE IF NOT EXISTS "registered_model_tags" (
    "model_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    CONSTRAINT "PK_registered_model_tags" PRIMARY KEY ("model_id", "key"),
    CONSTRAINT "FK_registered_model_tags_registered_models_model_id" FOREIGN KEY ("model_id") REFERENCES "registered_models" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "model_versions" (
    "model_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "creation_time" INTEGER NOT NULL,
    "last_update_time" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "description" TEXT NULL,
    "source" TEXT NOT NULL,
    "run_id" TEXT NULL,
    "run_link" TEXT NULL,
    "status" TEXT NOT NULL,
    "status_message" TEXT NULL,
    "logged_model_id" TEXT NULL,
    "artifact_path" TEXT NULL,
    "files_digest" TEXT NULL,
    "traceparent" TEXT NULL,
    CONSTRAINT "PK_model_versions" PRIMARY KEY ("model_id", "version"),
    CONSTRAINT "FK_model_versions_registered_models_model_id" FOREIGN KEY ("model_id") REFERENCES "registered_models" ("id") ON DELETE CASCADE
);
INSERT INTO model_versions VALUES(1,1,1795805912422,1795805912666,'','None','the first one','mlflow-artifacts:/1/17f3a63ffa264766a79c9a494816f400/artifacts/model','17f3a63ffa264766a79c9a494816f400',NULL,'READY',NULL,NULL,'1/17f3a63ffa264766a79c9a494816f400/artifacts/model','3dcdfa3d565b0e5dab745827a40c4af5255897b707f32691ae8a05eaf2b1d264','00-6f0a96527e84ec35317c46f579293d28-2399f4925474d4bd-01');
CREATE TABLE IF NOT EXISTS "model_aliases" (
    "model_id" INTEGER NOT NULL,
    "alias" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "PK_model_aliases" PRIMARY KEY ("model_id", "alias"),
    CONSTRAINT "FK_model_aliases_model_versions_model_id_version" FOREIGN KEY ("model_id", "version") REFERENCES "model_versions" ("model_id", "version") ON DELETE CASCADE
);
INSERT INTO model_aliases VALUES(1,'champion','champion',1);
CREATE TABLE IF NOT EXISTS "model_version_tags" (
    "model_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    CONSTRAINT "PK_model_version_tags" PRIMARY KEY ("model_id", "version", "key"),
    CONSTRAINT "FK_model_version_tags_model_versions_model_id_version" FOREIGN KEY ("model_id", "version") REFERENCES "model_versions" ("model_id", "version") ON DELETE CASCADE
);
INSERT INTO model_version_tags VALUES(1,1,'test_accuracy','0.93');
CREATE TABLE IF NOT EXISTS "model_version_files" (
    "model_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    CONSTRAINT "PK_model_version_files" PRIMARY KEY ("model_id", "version", "path"),
    CONSTRAINT "FK_model_version_files_model_versions_model_id_version" FOREIGN KEY ("model_id", "version") REFERENCES "model_versions" ("model_id", "version") ON DELETE CASCADE,
    CONSTRAINT "FK_model_version_files_blobs_sha256" FOREIGN KEY ("sha256") REFERENCES "blobs" ("sha256") ON DELETE RESTRICT
);
INSERT INTO model_version_files VALUES(1,1,'MLmodel',12,'7f8f4a879eefb3f9fed9c6af4077c9acb0db066b2906d6570c42913478686b0f');
INSERT INTO model_version_files VALUES(1,1,'model.json',35,'4cee48bd51c7d3e55c813c7a6d3e2702a5a429eacefd95a30399e160e48c9051');
INSERT INTO model_version_files VALUES(1,1,'model.safetensors',29,'d850b5d0eb8fe6a31734c79ab5d9624aca302b4376d365a5cfd25cdeb3cacfd3');
CREATE TABLE IF NOT EXISTS "jobs" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_jobs" PRIMARY KEY AUTOINCREMENT,
    "job_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "spec" TEXT NOT NULL,
    "run_id" TEXT NULL,
    "traceparent" TEXT NULL,
    "attempts" INTEGER NOT NULL,
    "expiries" INTEGER NOT NULL,
    "cancel_requested" INTEGER NOT NULL,
    "worker" TEXT NULL,
    "lease_token" TEXT NULL,
    "leased_time" INTEGER NULL,
    "lease_expiry_time" INTEGER NULL,
    "progress" TEXT NULL,
    "result" TEXT NULL,
    "error" TEXT NULL,
    "creation_time" INTEGER NOT NULL,
    "start_time" INTEGER NULL,
    "end_time" INTEGER NULL
);
INSERT INTO jobs VALUES(1,'1326b4a324104a788e80bb16576fb307','train','SUCCEEDED','{"name":"waiting","experiment":"Default","model":"flowers","architecture":"efficientnet_b0","weights":"none","dataset":"synthetic-flowers","validation_fraction":0.1,"image_size":224,"batch_size":32,"epochs":3,"augmentation":"none","optimizer":"adamw","learning_rate":0.001,"weight_decay":0.0001,"schedule":"cosine","warmup_epochs":1,"label_smoothing":0.1,"dropout":0.2,"device":"auto","seed":0,"explain_images":0}','2df479021b4c4f4d85bb25e3c1188740','00-24823d8d2d3c5355e426afef541cb24e-d3978d5a319a0e4b-01',1,0,0,'old','4a8c293ee67fa2904d56b7702c0d971c',1795805912938,1795805942938,NULL,'{"model": "flowers", "version": "1"}',NULL,1795805912734,1795805912938,1795805913008);
INSERT INTO jobs VALUES(2,'48342c83b0ac4013aa3bca4870bfe72b','train','QUEUED','{"name":"done","experiment":"Default","model":"flowers","architecture":"efficientnet_b0","weights":"none","dataset":"synthetic-flowers","validation_fraction":0.1,"image_size":224,"batch_size":32,"epochs":1,"augmentation":"none","optimizer":"adamw","learning_rate":0.001,"weight_decay":0.0001,"schedule":"cosine","warmup_epochs":1,"label_smoothing":0.1,"dropout":0.2,"device":"auto","seed":0,"explain_images":0}','f7756c11cf2b4949b1a8bca05c8d6b81','00-0e847652551f6ae6734fd7d4e1e5a3f0-b434fd4c97b55d24-01',0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795805912819,NULL,NULL);
CREATE TABLE IF NOT EXISTS "explanations" (
    "id" TEXT NOT NULL CONSTRAINT "PK_explanations" PRIMARY KEY,
    "model" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "artifact_path" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "creation_time" INTEGER NOT NULL
);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('experiments',1);
INSERT INTO sqlite_sequence VALUES('runs',4);
INSERT INTO sqlite_sequence VALUES('datasets',1);
INSERT INTO sqlite_sequence VALUES('registered_models',1);
INSERT INTO sqlite_sequence VALUES('jobs',2);
CREATE UNIQUE INDEX "IX_experiments_name" ON "experiments" ("name");
CREATE UNIQUE INDEX "IX_runs_run_id" ON "runs" ("run_id");
CREATE INDEX "IX_runs_experiment_id_start_time_run_id" ON "runs" ("experiment_id", "start_time" DESC, "run_id");
CREATE UNIQUE INDEX "IX_datasets_experiment_id_name_digest" ON "datasets" ("experiment_id", "name", "digest");
CREATE INDEX "IX_run_inputs_dataset_id" ON "run_inputs" ("dataset_id");
CREATE INDEX "IX_artifacts_sha256" ON "artifacts" ("sha256");
CREATE UNIQUE INDEX "IX_registered_models_name" ON "registered_models" ("name");
CREATE INDEX "IX_model_versions_run_id" ON "model_versions" ("run_id");
CREATE INDEX "IX_model_versions_creation_time" ON "model_versions" ("creation_time");
CREATE INDEX "IX_model_aliases_model_id_version" ON "model_aliases" ("model_id", "version");
CREATE INDEX "IX_model_version_files_sha256" ON "model_version_files" ("sha256");
CREATE UNIQUE INDEX "IX_jobs_job_id" ON "jobs" ("job_id");
CREATE INDEX "IX_jobs_status_kind_id" ON "jobs" ("status", "kind", "id");
CREATE INDEX "IX_explanations_model_version_creation_time" ON "explanations" ("model", "version", "creation_time");
COMMIT;
