// Plants the entry: a daemon whose walls stand reads orders from its own state folder,
//   <state>/attack/orders   one attempt a line: "ID [judge] NAME [WORD…]"   (removed when read)
//   <state>/attack/results  "ID <tab> outcome", a line "ID ..." before each attempt, "end" at last
// The product knows nothing of it: the linker turns four calls towards us (--wrap), in these programs alone.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "attempt.hpp"
#include "daemon/status.hpp"
#include "landing.hpp"
#include "orders.hpp"

namespace scop::attack {

std::function<Task<std::string>(std::string)>& judge() {
  static std::function<Task<std::string>(std::string)> ask;
  return ask;
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  return {std::istream_iterator<std::string>(in), {}};
}

namespace {

using std::string_view_literals::operator""sv;

constexpr std::chrono::milliseconds look_every{25};
constexpr std::chrono::seconds call_patience{5};

// Any method of a declared callee, with the daemon's own certificate.
Task<std::string> call(daemon::Booted& booted, std::string callee, std::string method) {
  const pipe::Method<v1::Nothing, v1::Nothing> made{method};
  const auto answer = co_await booted.channel(callee).call(made, v1::Nothing(), in(call_patience));
  if (answer) co_return "done";
  co_return std::string(pipe::name_of(answer.error().code));
}

Task<std::string> carry_out(daemon::Booted& booted, std::vector<std::string> words) {
  if (words.size() == 3 && words.front() == "call") co_return co_await call(booted, words[1], words[2]);
  if (words.size() > 1 && words.front() == "judge") {
    std::string line;
    for (std::size_t i = 1; i < words.size(); ++i) line.append(i > 1 ? " " : "").append(words[i]);
    if (!judge()) co_return "no judge";
    co_return co_await judge()(std::move(line));
  }
  co_return perform(words);
}

Task<> obey(daemon::Booted& booted) {
  const auto folder = booted.state() / "attack";
  Timer timer(booted.io());
  for (;;) {
    timer.expires_after(look_every);
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_task, error));
    if (error) co_return;
    std::ifstream orders(folder / "orders");
    if (!orders) continue;
    std::ofstream results(folder / "results", std::ios::app);
    ::unlink((folder / "orders").c_str());
    std::string line;
    while (std::getline(orders, line)) {
      auto words = words_of(line);
      if (words.size() < 2) continue;
      const auto id = words.front();
      words.erase(words.begin());
      results << id << " ..." << std::endl;
      const auto outcome = co_await carry_out(booted, std::move(words));
      results << id << '\t' << outcome << std::endl;
    }
    results << "end" << std::endl;
  }
}

}  // namespace

void begin(daemon::Booted& booted) { asio::co_spawn(booted.io(), obey(booted), asio::detached); }

}  // namespace scop::attack

// The names after "asm" are those that the linker looks for.
namespace scop::daemon {
void served(Booted& booted, const Jail& jail, const Standing& standing, double ready_ms, const metrics::LineCounts& lines) asm(
    "__real__ZN4scop6daemon12serve_statusERNS0_6BootedERKNS0_4JailERKNS0_8StandingEdRKNS_"
    "7metrics10LineCountsE");
void serve(Booted& booted, const Jail& jail, const Standing& standing, double ready_ms, const metrics::LineCounts& lines) asm(
    "__wrap__ZN4scop6daemon12serve_statusERNS0_6BootedERKNS0_4JailERKNS0_8StandingEdRKNS_"
    "7metrics10LineCountsE");
void serve(Booted& booted, const Jail& jail, const Standing& standing, double ready_ms,
           const metrics::LineCounts& lines) {
  served(booted, jail, standing, ready_ms, lines);
  attack::begin(booted);
}
}  // namespace scop::daemon

// SCOP_ATTACK_WITHOUT=seccomp takes that wall away: what holds then, holds without it.
extern "C" int __real_seccomp_load(void* context);
extern "C" int __wrap_seccomp_load(void* context) {
  scop::attack::prepare_landings();
  const char* without = std::getenv("SCOP_ATTACK_WITHOUT");
  if (without != nullptr && std::string_view(without) == "seccomp") return 0;
  return __real_seccomp_load(context);
}
