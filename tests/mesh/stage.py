"""A stage that stalls, dies and lies: Stage.Pass and Stage.Outcome on grpcio, with a daemon's certificate.

    with FakeStage(mesh, "relay") as fake:
        fake.on_pass = FakeStage.accept           # or stall, die, die_early, accept_early, nonsense, refuse, defer
        fake.outcomes = ["UNKNOWN", "COMMITTED"]  # one per question, the last for ever; "STALL": no answer
"""
import concurrent.futures
import threading

import grpc
from pipes import Identity, authority, pb


class Seen:
    def __init__(self):
        self.envelope, self.octets, self.findings = None, b"", None


class FakeStage:
    def __init__(self, mesh, name, identity=None):
        self.mesh, self.name = mesh, name
        self.identity = identity or Identity.of(mesh, name)
        self.on_pass = FakeStage.accept
        self.outcomes = ["UNKNOWN"]
        self.passes, self.questions = [], []
        self.released = threading.Event()
        self.lock = threading.Lock()

    def __enter__(self):
        stage = pb("stage")
        handlers = {
            "Pass": grpc.stream_unary_rpc_method_handler(self._pass, stage.Part.FromString, stage.Receipt.SerializeToString),
            "Outcome": grpc.unary_unary_rpc_method_handler(self._outcome, stage.OutcomeQuestion.FromString,
                                                           stage.OutcomeAnswer.SerializeToString),
        }
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(32), options=[("grpc.so_reuseport", 0)])
        self.server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("scop.v1.Stage", handlers)])
        credentials = grpc.ssl_server_credentials([(self.identity.key, self.identity.certificate)], authority(self.mesh), True)
        address = f"127.0.0.1:{self.mesh.ports[self.name]}"
        assert self.server.add_secure_port(address, credentials), address
        self.server.start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.stop(0).wait(5)

    def _pass(self, parts, context):
        seen = Seen()
        with self.lock:
            self.passes.append(seen)
        return self.on_pass(self, seen, parts, context)

    def _outcome(self, question, context):
        with self.lock:
            self.questions.append(question.id)
            state = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if state == "STALL":
            self.released.wait(120)
            context.abort(grpc.StatusCode.UNAVAILABLE, "stalled")
        stage = pb("stage")
        return stage.OutcomeAnswer(state=stage.OutcomeAnswer.State.Value(state), queue_id="fake" if state == "COMMITTED" else "")

    # What a Pass can come to.

    @staticmethod
    def take(seen, parts):
        for part in parts:
            kind = part.WhichOneof("part")
            if kind == "envelope":
                seen.envelope = part.envelope
            elif kind == "data":
                seen.octets += part.data
            else:
                seen.findings = part.findings

    def accept(self, seen, parts, _):
        self.take(seen, parts)
        return pb("stage").Receipt(accepted=pb("stage").Receipt.Accepted(queue_id="fake"))

    def stall(self, seen, parts, context):
        self.take(seen, parts)
        self.released.wait(120)
        context.abort(grpc.StatusCode.UNAVAILABLE, "stalled")

    def die(self, seen, parts, context):
        """Behind the last part: what has become of it, only Outcome tells."""
        self.take(seen, parts)
        context.abort(grpc.StatusCode.UNAVAILABLE, "died")

    def die_early(self, seen, parts, context):
        """Behind the envelope: nothing can have been committed."""
        seen.envelope = next(parts).envelope
        context.abort(grpc.StatusCode.UNAVAILABLE, "died early")

    def accept_early(self, seen, parts, _):
        """A lie: accepted before the findings have come."""
        seen.envelope = next(parts).envelope
        return pb("stage").Receipt(accepted=pb("stage").Receipt.Accepted(queue_id="lie"))

    def nonsense(self, seen, parts, _):
        self.take(seen, parts)
        return pb("stage").Receipt()

    def strange_code(self, seen, parts, _):
        self.take(seen, parts)
        return pb("stage").Receipt(refused=pb("stage").Reply(code=250, enhanced="2.0.0", text="ok\r\n250 injected"))

    def refuse(self, seen, parts, _):
        self.take(seen, parts)
        return pb("stage").Receipt(refused=pb("stage").Reply(code=550, enhanced="5.7.1", text="not this one"))

    def defer(self, seen, parts, _):
        self.take(seen, parts)
        return pb("stage").Receipt(deferred=pb("stage").Reply(code=452, enhanced="4.3.1", text="full"))
