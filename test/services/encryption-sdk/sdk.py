"""The AWS Encryption SDK for Python, as a recovery without Latchkey would use it.

Reads a JSON list of requests from stdin and writes a JSON list of outcomes to stdout, in their order. Bytes are base64.

    request:  {"do": "decrypt" or "encrypt", "by": "keyring" or "master-key", "key", "namespace", "name",
               "message" (decrypt) or "plaintext" (encrypt), "context" (optional for decrypt: what must be in the message)}
    outcome:  {"plaintext" or "message", "context", "suite", "frames": "framed" or "unframed"}, or {"refused": "the exception's name: its message"}

"keyring" is the raw AES keyring of the Material Providers Library, "master-key" the SDK's own older key provider, which cannot
check a context by itself.
"""

import base64
import json
import sys

import aws_encryption_sdk
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import AesWrappingAlg, CreateRawAesKeyringInput
from aws_encryption_sdk.identifiers import (
    Algorithm,
    CommitmentPolicy,
    ContentType,
    EncryptionKeyType,
    WrappingAlgorithm,
)
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKey

client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
providers = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())


def keys_of(request):
    key = base64.b64decode(request["key"])
    if request["by"] == "keyring":
        return {
            "keyring": providers.create_raw_aes_keyring(
                CreateRawAesKeyringInput(
                    key_namespace=request["namespace"],
                    key_name=request["name"],
                    wrapping_key=key,
                    wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
                )
            )
        }
    return {
        "key_provider": RawMasterKey(
            provider_id=request["namespace"],
            key_id=request["name"],
            wrapping_key=WrappingKey(
                wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
                wrapping_key=key,
                wrapping_key_type=EncryptionKeyType.SYMMETRIC,
            ),
        )
    }


def perform(request):
    keys = keys_of(request)
    if request["do"] == "encrypt":
        name = "message"
        result, header = client.encrypt(
            source=base64.b64decode(request["plaintext"]),
            encryption_context=request["context"],
            algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
            **keys,
        )
    else:
        name = "plaintext"
        expected = {"encryption_context": request["context"]} if "context" in request else {}
        result, header = client.decrypt(source=base64.b64decode(request["message"]), **expected, **keys)
    return {
        name: base64.b64encode(result).decode("ascii"),
        "context": header.encryption_context,
        "suite": header.algorithm.algorithm_id,
        "frames": "framed" if header.content_type == ContentType.FRAMED_DATA else "unframed",
    }


def outcome_of(request):
    try:
        return perform(request)
    except Exception as error:  # Whatever it is, the message was not accepted; its name tells the test why.
        return {"refused": f"{type(error).__name__}: {error}"}


json.dump([outcome_of(request) for request in json.load(sys.stdin)], sys.stdout)
