"""A home and an inbox on object storage: a bucket holds them, each worker works on a copy on its own disk.

All other modules work on local paths, and `durable` stays the only writer of files. Between them and the bucket stands
a working copy: before a step it is made to fit the bucket, after it what the step has made is put there, and one
conditional request on one small object makes all of it count at once. A worker that dies loses only what did not count.
"""
