"""
The AWS CLI without AWS. It checks the command, its options and its parameters as the real one does, because it is the
real one. But it sends nothing: every response is a sample of what the operation returns. A query that selects nothing
which the response can have is an error.
"""

import contextlib
import io
import os
import sys

import awscli.clidriver
import botocore.client
import botocore.utils
import botocore.waiter
import jmespath

os.environ.update(AWS_ACCESS_KEY_ID="sample", AWS_SECRET_ACCESS_KEY="sample", AWS_EC2_METADATA_DISABLED="true")


def sample_of(shape):
    sample = botocore.utils.ArgumentGenerator(use_member_names=True).generate_skeleton(shape) if shape else {}
    # A sample of these members would make the CLI ask for the next page.
    pages = ("token", "lastevaluated", "marker", "position")
    return {name: value for name, value in sample.items() if not any(page in name.lower() for page in pages)}


def respond(client, operation, request, context):
    class Http:
        status_code = 200

    sample = sample_of(operation.output_shape)
    query = sys.argv[sys.argv.index("--query") + 1] if "--query" in sys.argv else "@"
    if jmespath.search(query, sample) is None:
        sys.exit(f"The query {query} selects nothing of {sorted(sample)}")
    if operation.has_streaming_output:
        sample[operation.output_shape.serialization["payload"]] = io.BytesIO(b"null")
    return Http(), sample


botocore.client.BaseClient._make_request = respond
botocore.waiter.Waiter.wait = lambda self, **request: None

output = io.StringIO()
with contextlib.redirect_stdout(output):
    status = awscli.clidriver.main()
text = output.getvalue().strip()
# Long enough for the parameter that has the greatest minimum, an ARN.
print(text if text not in ("", "None") else "sample-of-a-value-for-an-option")
sys.exit(status)
