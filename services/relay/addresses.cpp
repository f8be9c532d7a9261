#include "addresses.hpp"

#include "core/ascii.hpp"
#include "core/id.hpp"
#include "files/descriptor.hpp"
#include "srs/srs.hpp"

namespace scop::relay {

Task<pipe::Result<v1::ResolveReply>> Addresses::resolve(std::string address, std::string reverse_path,
                                                        std::string trace) {
  const auto at = address.rfind('@');
  const auto local = std::string_view(address).substr(0, std::min(at, address.size()));
  const bool is_rewritten = at != std::string::npos && srs::looks_like_srs(local) &&
                            ascii::equals_ignoring_case(std::string_view(address).substr(at + 1), domain_);
  if (!is_rewritten) co_return co_await neighbours_.resolve(std::move(address), std::move(trace));
  v1::ResolveReply reply;
  reply.set_kind(v1::ResolveReply::NO_SUCH_USER);
  if (!reverse_path.empty()) co_return reply;
  if (auto sender = srs::resolve(local, secret_.reveal(), now())) {
    reply.set_kind(v1::ResolveReply::ADDRESSES);
    reply.add_addresses(std::move(*sender));
  }
  co_return reply;
}

Outcome<std::string> Addresses::rewrite(std::string_view reverse_path, Time received) const {
  return srs::rewrite(reverse_path, domain_, secret_.reveal(), received);
}

Outcome<Secret> lasting_secret(const std::filesystem::path& file) {
  constexpr std::size_t octets = 32;
  auto known = files::read_whole(file, octets);
  if (known && known->size() == octets) return Secret(std::move(*known));
  if (known)
    return failure(ErrorKind::broken, file.string() + ": it is not whole; remove it to have one made");
  if (known.error().kind != ErrorKind::not_found) return std::unexpected(std::move(known.error()));
  Secret secret(random_octets(octets));
  auto descriptor = files::create(file);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  auto done = files::write_all(*descriptor, secret.reveal(), file);
  if (done) done = files::sync(*descriptor, file);
  if (done) done = files::sync_folder(file.parent_path());
  if (!done) return std::unexpected(std::move(done.error()));
  return secret;
}

}  // namespace scop::relay
