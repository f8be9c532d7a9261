// scop-test-peers make FOLDER                       certificates and keys of a small mesh for tests
// scop-test-peers serve FOLDER ACCOUNTS STAGE NAME  stand-ins on 127.0.0.1, the stage as "signer" or
// "spamfilter": passed messages land in FOLDER/passed/. Faults are ordered by the login's or the first
// recipient's local part; see the tables below.
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "asio/task.hpp"
#include "core/base64.hpp"
#include "core/id.hpp"
#include "grant/grant.hpp"
#include "grant/keys.hpp"
#include "log/log.hpp"
#include "mesh_ca/certificate.hpp"
#include "pipe/server.hpp"

namespace scop {
namespace {

constexpr std::string_view domain = "example.org";
namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, std::string_view content) {
  fs::create_directories(file.parent_path());
  // Readers in Python wait for the name, so it appears with its whole content.
  std::ofstream(file.string() + ".new", std::ios::binary) << content;
  fs::rename(file.string() + ".new", file);
}

template <class T>
T value_of(Outcome<T> outcome) {
  if (outcome) return std::move(*outcome);
  std::cerr << "scop-test-peers: " << outcome.error().what << "\n";
  std::exit(1);
}

void make(const fs::path& folder) {
  const auto time = now();
  const auto ca = value_of(mesh_ca::make_ca(domain, time));
  write_file(folder / "mesh/ca.pem", ca.certificate);
  for (const auto* name : {"submission", "accounts", "signer", "relay", "receiver", "spamfilter"}) {
    const auto leaf = value_of(mesh_ca::issue(ca, domain, name, time));
    write_file(folder / name / "cert/cert.pem", leaf.certificate);
    write_file(folder / name / "cert/key.pem", leaf.key.reveal());
    fs::create_directories(folder / name / "state");
  }
  const auto trial = value_of(mesh_ca::make_self_signed("localhost", {}, time));
  write_file(folder / "tls/cert.pem", trial.certificate);
  write_file(folder / "tls/key.pem", trial.key.reveal());
  write_file(folder / "tls/receiver-key.pem", trial.key.reveal());
  const auto keys = grant::make_keys();
  write_file(folder / "mesh/grant.pub", grant::to_file(keys.public_key));
  write_file(folder / "accounts/state/grant.key", grant::to_file(keys.secret_key).reveal());
}

Task<> pause(std::chrono::milliseconds wait) {
  Timer timer(co_await asio::this_coro::executor, wait);
  co_await timer.async_wait(use_task);
}

std::string local_part(std::string_view address) { return std::string(address.substr(0, address.find('@'))); }

// login                      answer to the password "secret"
//   throttled@…              THROTTLED, 30 s
//   silent@…                 after 3 s
//   poor@…                   GRANTED, and Reserve refuses
//   brief@…                  GRANTED, and the grant has expired
//   any other                GRANTED for the login, its subaddresses, and every address of
//   @<local>.example.org
class Accounts {
 public:
  explicit Accounts(Secret key) : key_(std::move(key)) {}

  Task<pipe::Result<v1::AuthenticateReply>> authenticate(v1::AuthenticateRequest request) {
    v1::AuthenticateReply reply;
    const auto local = local_part(request.login());
    if (local == "silent") co_await pause(std::chrono::seconds(3));
    if (local == "throttled") {
      reply.set_result(v1::AuthenticateReply::THROTTLED);
      reply.set_retry_after(30);
    } else if (request.password() == "secret") {
      reply.set_result(v1::AuthenticateReply::GRANTED);
      reply.set_login(request.login());
      grant::Grant grant{request.login(),
                         {request.login(), local + "+*@example.org", "@" + local + ".example.org"},
                         {},
                         "submission"};
      const auto life = local == "brief" ? std::chrono::seconds(1) : std::chrono::hours(1);
      grant.expires = std::chrono::time_point_cast<std::chrono::seconds>(now()) + life;
      reply.set_signed_grant(grant::sign(grant, key_));
    }
    co_return reply;
  }

  // address                    answer of CheckRecipient
  //   unknown…, disabled…, full…, throttled…   so; at example.org and testserver
  //   any other there            GOOD
  //   any other domain           NOT_OURS
  static v1::CheckRecipientReply check(const v1::CheckRecipientRequest& request) {
    using Reply = v1::CheckRecipientReply;
    Reply reply;
    const std::string_view address = request.address();
    const auto at = address.find('@');
    const auto of = at == std::string_view::npos ? domain : address.substr(at + 1);
    reply.set_result(Reply::GOOD);
    if (of != domain && of != "testserver") reply.set_result(Reply::NOT_OURS);
    if (reply.result() == Reply::NOT_OURS) return reply;
    if (address.starts_with("unknown")) reply.set_result(Reply::UNKNOWN);
    if (address.starts_with("disabled")) reply.set_result(Reply::DISABLED);
    if (address.starts_with("full")) reply.set_result(Reply::FULL);
    if (address.starts_with("throttled")) {
      reply.set_result(Reply::THROTTLED);
      reply.set_retry_after(60);
    }
    return reply;
  }

  void serve(pipe::Server& server) {
    server.on_unary(
        pipe::methods::check_recipient,
        [](pipe::Call, v1::CheckRecipientRequest request) -> Task<pipe::Result<v1::CheckRecipientReply>> {
          co_return check(request);
        });
    server.on_unary(pipe::methods::authenticate, [this](pipe::Call, v1::AuthenticateRequest request) {
      return authenticate(std::move(request));
    });
    server.on_unary(pipe::methods::reserve,
                    [](pipe::Call, v1::ReserveRequest request) -> Task<pipe::Result<v1::ReserveReply>> {
                      v1::ReserveReply reply;
                      reply.set_granted(local_part(request.login()) != "poor");
                      reply.set_retry_after(60);
                      co_return reply;
                    });
  }

 private:
  Secret key_;
};

// first recipient            what Pass does
//   refused@…, deferred@…    its receipt says so
//   slow@…                   takes 2 s for the receipt
//   broken@…                 fails at the second Part, always
//   lost@…                   commits, then fails instead of its receipt
//   later@…                  as lost; Outcome says IN_FLIGHT twice before COMMITTED
//   twice@…                  fails after the last Part the first time, without committing
//   never@…                  fails after the last Part, always, without committing
class Stage {
 public:
  explicit Stage(fs::path folder) : folder_(std::move(folder)) {}

  Task<pipe::Result<v1::Receipt>> pass(pipe::Incoming<v1::Part>& parts) {
    v1::Envelope envelope;
    std::string message;
    std::optional<v1::Findings> findings;
    std::string order;
    for (;;) {
      auto part = co_await parts.next(in(std::chrono::seconds(60)));
      if (!part) co_return std::unexpected(part.error());
      if (!*part) break;
      if ((*part)->has_envelope()) {
        envelope = (*part)->envelope();
        order = envelope.recipients_size() > 0 ? local_part(envelope.recipients(0).address()) : "";
      }
      if ((*part)->has_data()) message += (*part)->data();
      if ((*part)->has_findings()) findings = (*part)->findings();
      if (order == "broken" && !message.empty())
        co_return pipe::fail(pipe::Code::unavailable, "broken as ordered");
    }
    if (!findings || findings->size() != message.size())
      co_return pipe::fail(pipe::Code::invalid_argument, "void");
    co_return co_await judge(order, envelope, message);
  }

  Task<pipe::Result<v1::Receipt>> judge(const std::string& order, const v1::Envelope& envelope,
                                        const std::string& message) {
    const auto id = to_hex(envelope.id());
    const auto time = ++passes_[id];
    if (order == "never" || (order == "twice" && time == 1))
      co_return pipe::fail(pipe::Code::unavailable, "not committed, as ordered");
    v1::Receipt receipt;
    if (order == "refused" || order == "deferred") {
      auto& reply = order == "refused" ? *receipt.mutable_refused() : *receipt.mutable_deferred();
      reply.set_code(order == "refused" ? 550 : 450);
      reply.set_enhanced(order == "refused" ? "5.7.1" : "4.7.1");
      reply.set_text("as ordered");
      co_return receipt;
    }
    if (order == "slow") co_await pause(std::chrono::seconds(2));
    commit(id, envelope, message);
    if (order == "lost" || order == "later")
      co_return pipe::fail(pipe::Code::unavailable, "committed and lost, as ordered");
    receipt.mutable_accepted()->set_queue_id(id);
    co_return receipt;
  }

  Task<pipe::Result<v1::OutcomeAnswer>> outcome(v1::OutcomeQuestion question) {
    v1::OutcomeAnswer answer;
    const auto found = committed_.find(to_hex(question.id()));
    if (found != committed_.end()) {
      answer.set_state(found->second-- > 0 ? v1::OutcomeAnswer::IN_FLIGHT : v1::OutcomeAnswer::COMMITTED);
      answer.set_queue_id(found->first);
    }
    co_return answer;
  }

  void serve(pipe::Server& server) {
    server.on_stream(pipe::methods::pass,
                     [this](pipe::Call, pipe::Incoming<v1::Part>& parts) { return pass(parts); });
    server.on_unary(pipe::methods::outcome, [this](pipe::Call, v1::OutcomeQuestion question) {
      return outcome(std::move(question));
    });
  }

 private:
  void commit(const std::string& id, const v1::Envelope& envelope, const std::string& message) {
    if (committed_.contains(id)) write_file(folder_ / (id + ".twice"), "");
    const bool later =
        envelope.recipients_size() > 0 && local_part(envelope.recipients(0).address()) == "later";
    committed_[id] = later ? 2 : 0;
    std::ostringstream text;
    text << "reverse_path " << envelope.reverse_path() << "\nclient_address " << envelope.client_address()
         << "\nclient_helo " << envelope.client_helo() << "\nprotocol " << envelope.protocol() << "\nbody "
         << envelope.body() << "\nsmtputf8 " << envelope.smtputf8() << "\nret " << envelope.ret()
         << "\nenvid " << envelope.envid() << "\ntls " << envelope.client_tls() << "\nrole "
         << envelope.role() << "\nrequiretls " << envelope.requiretls() << "\nclient_name "
         << envelope.client_name() << "\n";
    for (const auto& seen : envelope.observations()) text << "observation " << seen << "\n";
    for (const auto& recipient : envelope.recipients()) {
      text << "recipient " << recipient.address() << " " << recipient.notify() << " " << recipient.orcpt()
           << "\n";
    }
    write_file(folder_ / (id + ".env"), text.str());
    write_file(folder_ / (id + ".eml"), message);
  }

  fs::path folder_;
  std::map<std::string, int> committed_;  // → how often Outcome still says IN_FLIGHT
  std::map<std::string, int> passes_;
};

void open(pipe::Server& server, const fs::path& folder, const std::string& name, const char* port) {
  const auto cert = folder / name / "cert";
  server.use(value_of(net::TlsContext::pipe(folder / "mesh/ca.pem", cert / "cert.pem", cert / "key.pem")));
  const auto bound = server.bind(value_of(net::parse_endpoint(std::string("127.0.0.1:") + port)));
  if (!bound) {
    std::cerr << "scop-test-peers: " << bound.error().what << "\n";
    std::exit(1);
  }
  server.start();
}

void serve(const fs::path& folder, const char* accounts_port, const char* stage_port,
           const std::string& stage_name) {
  asio::io_context io;
  const Log log("peers", LogForm::text, LogLevel::warning);
  Accounts accounts(value_of(grant::secret_key_from_file(read_file(folder / "accounts/state/grant.key"))));
  Stage stage(folder / "passed");
  pipe::Server accounts_server(io, log, std::string(domain), "accounts");
  pipe::Server stage_server(io, log, std::string(domain), stage_name);
  accounts.serve(accounts_server);
  stage.serve(stage_server);
  open(accounts_server, folder, "accounts", accounts_port);
  open(stage_server, folder, stage_name, stage_port);
  std::cout << "ready" << std::endl;
  io.run();
}

}  // namespace
}  // namespace scop

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (argc == 3 && arguments[1] == "make") {
    scop::make(arguments[2]);
  } else if (argc == 6 && arguments[1] == "serve") {
    std::filesystem::create_directories(std::filesystem::path(arguments[2]) / "passed");
    scop::serve(arguments[2], argv[3], argv[4], arguments[5]);
  } else {
    std::cerr << "usage: scop-test-peers make FOLDER | serve FOLDER ACCOUNTS-PORT STAGE-PORT STAGE\n";
    return 2;
  }
  return 0;
}
