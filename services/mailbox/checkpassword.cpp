#include "mailbox/checkpassword.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "mailbox/pipes.hpp"
#include "mailbox/request.hpp"

namespace scop::mailbox {

namespace {

constexpr int refused = 1;
constexpr int wrong_usage = 2;
constexpr int no_such_user = 3;
constexpr int try_again = 111;
constexpr std::chrono::seconds patience{30};

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

int problem(std::string_view what, int status) {
  std::fprintf(stderr, "scop-mailbox: %.*s\n", static_cast<int>(what.size()), what.data());
  return status;
}

Outcome<Request> read_request() {
  std::string buffer(most_request_octets + 1, '\0');
  std::size_t size = 0;
  while (size < buffer.size()) {
    const auto got = ::read(3, std::span(buffer).subspan(size).data(), buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(ErrorKind::malformed, "descriptor 3 cannot be read: it is Dovecot's to open");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  auto request = parse_request(std::string_view(buffer).substr(0, size));
  wipe(buffer);
  return request;
}

struct Answer {
  int status = try_again;  // 0: yes
  std::string login;       // canonical
};

Answer authenticate(const Pipes& pipes, Request request) {
  v1::AuthenticateRequest question;
  question.set_login(std::move(request.login));
  question.set_password(std::string(request.password.reveal()));
  question.set_client_address(std::string(variable("TCPREMOTEIP").substr(0, 64)));
  Answer answer;
  const auto done = pipes.converse("accounts", [&](pipe::Channel& channel) -> Task<> {
    const auto reply = co_await channel.call(pipe::methods::authenticate, question, in(patience));
    if (!reply) {
      problem("accounts: " + reply.error().message, try_again);
    } else if (reply->result() == v1::AuthenticateReply::GRANTED) {
      answer = {.status = 0, .login = reply->login()};
    } else if (reply->result() == v1::AuthenticateReply::REFUSED) {
      answer.status = refused;
    }
  });
  wipe(*question.mutable_password());
  if (!done) problem(done.error().what, try_again);
  return answer;
}

Answer look_up(const Pipes& pipes, std::string login) {
  v1::LookupRequest question;
  question.set_login(std::move(login));
  Answer answer;
  const auto done = pipes.converse("accounts", [&](pipe::Channel& channel) -> Task<> {
    const auto reply = co_await channel.call(pipe::methods::look_up_user, question, in(patience));
    if (!reply) {
      problem("accounts: " + reply.error().message, try_again);
    } else {
      answer = {.status = reply->found() && !reply->disabled() ? 0 : no_such_user, .login = reply->login()};
    }
  });
  if (!done) problem(done.error().what, try_again);
  return answer;
}

int run_reply(std::vector<std::string> program, const std::string& login, bool was_looked_up) {
  ::setenv("USER", login.c_str(), 1);
  ::unsetenv("HOME");  // whose it is Dovecot's configuration says
  ::unsetenv("EXTRA");
  if (was_looked_up) ::setenv("AUTHORIZED", "2", 1);
  std::vector<char*> arguments;
  for (auto& argument : program) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  ::execv(program.front().c_str(), arguments.data());
  return problem(program.front() + " cannot be run", try_again);
}

}  // namespace

int check_password(const std::filesystem::path& config, std::vector<std::string> reply_program) {
  auto request = read_request();
  if (!request) return problem(request.error().what, wrong_usage);
  const bool is_lookup = variable("AUTHORIZED") == "1";
  // A mechanism that wants the password itself: nobody gives it away.
  if (is_lookup && !variable("CREDENTIALS_LOOKUP").empty()) return refused;
  const auto pipes = Pipes::open(config);
  if (!pipes) return problem(pipes.error().what, try_again);
  const auto answer =
      is_lookup ? look_up(*pipes, std::move(request->login)) : authenticate(*pipes, std::move(*request));
  if (answer.status != 0) return answer.status;
  return run_reply(std::move(reply_program), answer.login, is_lookup);
}

}  // namespace scop::mailbox
