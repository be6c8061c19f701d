"""Addresses about people. The sign-in library's addresses are named one by one: none comes by itself."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from django.urls import path, re_path

from tenants.people.views import people as views
from tenants.people.views import sign_in

app_name = "people"

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("<int:pk>/", views.person, name="person"),
    path("invitations/<uuid:uuid>/withdraw/", views.withdraw, name="withdraw"),
    path("accept/<str:token>/", views.accept, name="accept"),
]

SIGN_IN = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    # The first hyphen ends the person's part: the key has hyphens too.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.ResetPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", sign_in.SwitchOnSecondFactor.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", sign_in.SwitchOffSecondFactor.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", sign_in.MakeRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sessions/", sign_in.Sessions.as_view(), name="usersessions_list"),
]
