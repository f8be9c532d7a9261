#include "resolver/cache_keeper.hpp"

#include <ranges>

#include "files/descriptor.hpp"
#include "resolver/limits.hpp"

namespace scop::resolver {

namespace {

Outcome<std::size_t> write(const std::filesystem::path& file, const std::string& settings,
                           const std::vector<SavedAnswer>& answers) {
  const auto octets = write_cache(settings, answers);
  auto fresh = file;
  fresh += ".new";
  std::error_code error;
  std::filesystem::remove(fresh, error);
  auto descriptor = files::create(fresh);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  if (auto done = files::write_all(*descriptor, octets, fresh); !done) return std::unexpected(done.error());
  if (auto done = files::sync(*descriptor, fresh); !done) return std::unexpected(done.error());
  std::filesystem::rename(fresh, file, error);
  if (error) return std::unexpected(files::error_of(error.value(), "rename", file));
  return octets.size();
}

}  // namespace

CacheKeeper::CacheKeeper(asio::io_context& io, const Log& log, Cache& cache, std::filesystem::path file)
    : io_(io), log_(log), cache_(cache), file_(std::move(file)), pool_(io, 1, 4) {}

void CacheKeeper::load(const std::string& settings, std::uint64_t at_most) {
  const auto octets = files::read_whole(file_, at_most);
  if (!octets && octets.error().kind == ErrorKind::not_found) return;
  auto answers = octets ? read_cache(*octets, settings) : std::unexpected(octets.error());
  if (!answers) {
    log_.warning("the cache of the last run is not used",
                 {{"file", file_.string()}, {"why", answers.error().what}});
    return;
  }
  const auto moment = std::chrono::steady_clock::now();
  const auto time = now();
  // The latest asked for came first: it shall end up in front again.
  for (auto& saved : std::views::reverse(*answers)) {
    // A clock that was set back must not make an answer live longer than its TTL.
    const auto left =
        std::min<std::chrono::milliseconds>(saved.expires - time, std::chrono::seconds(saved.ttl));
    cache_.restore({std::move(saved.key), std::move(saved.found), saved.ttl, moment + left}, moment);
  }
  log_.info("cache read",
            {{"answers", answers->size()}, {"kept", cache_.entries()}, {"octets", octets->size()}});
}

void CacheKeeper::start(std::function<std::string()> settings) {
  pool_.start();
  asio::co_spawn(io_, save_now_and_then(std::move(settings)), asio::detached);
}

Task<> CacheKeeper::save(std::string settings) {
  const auto moment = std::chrono::steady_clock::now();
  const auto time = now();
  std::vector<SavedAnswer> answers;
  for (auto& kept : cache_.kept(moment)) {
    const auto expires = time + std::chrono::floor<std::chrono::milliseconds>(kept.expires - moment);
    answers.push_back({std::move(kept.key), std::move(kept.found), kept.ttl, expires});
  }
  const auto count = answers.size();
  const auto written = co_await pool_.run<std::size_t>(
      [file = file_, settings = std::move(settings), answers = std::move(answers)] {
        return write(file, settings, answers);
      });
  if (written) {
    log_.debug("cache written", {{"answers", count}, {"octets", *written}});
  } else {
    log_.warning("the cache could not be written", {{"why", written.error().what}});
  }
}

Task<> CacheKeeper::save_now_and_then(std::function<std::string()> settings) {
  Timer timer(io_);
  for (;;) {
    timer.expires_after(limits::save_every);
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_task, error));
    if (error) co_return;
    co_await save(settings());
  }
}

}  // namespace scop::resolver
