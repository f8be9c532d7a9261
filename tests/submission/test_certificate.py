"""The public certificate changes under the running daemon; what does not fit together is not taken."""
import signal
import ssl
import subprocess

import edge as edges


def certificate(edge):
    with edge.client() as client:
        return client.socket.getpeercert(binary_form=True)


def make(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    f"/CN={name}", "-keyout", folder / "key.pem.new", "-out", folder / "cert.pem.new"], check=True, capture_output=True)


def test_a_renewed_certificate_is_used_after_sighup(place):
    with edges.Edge(place / "instance") as edge:
        old = certificate(edge)
        with edge.client() as before:
            tls = edge.folder / "tls"
            make(tls, "renewed.example")
            (tls / "cert.pem.new").rename(tls / "cert.pem")
            edge.daemon.send_signal(signal.SIGHUP)
            assert edges.wait_for(lambda: "not reloaded" in edge.log()), "the key does not fit yet"
            assert certificate(edge) == old
            (tls / "key.pem.new").rename(tls / "key.pem")
            edge.daemon.send_signal(signal.SIGHUP)
            assert edges.wait_for(lambda: "certificate reloaded" in edge.log())
            assert certificate(edge) != old
            before.login()  # the session of before goes on


def test_tls_1_2_is_spoken_and_1_1_is_not(place):
    with edges.Edge(place / "instance") as edge:
        with edge.client(version=ssl.TLSVersion.TLSv1_2) as client:
            client.login()
            assert client.socket.version() == "TLSv1.2"
