// Registers the bot with Azure Bot Service and turns its Teams channel on.
//
//   az deployment group create --resource-group small-steps --template-file bot.bicep --parameters bot.bicepparam
//
// Azure hosts nothing of the bot here: it only forwards what Teams sends to `url`. The free tier (F0) suffices,
// for the Teams channel is not metered.

targetScope = 'resourceGroup'

@description('The name of the registration; people do not see it.')
@minLength(2)
@maxLength(64)
param name string = 'small-steps'

@description('Where the bot is reached from outside, such as https://steps.example.nhs.uk, without a slash at the end.')
param url string

@description('The app id: of the Entra app registration, or of the managed identity.')
@minLength(36)
@maxLength(36)
param appId string

@description('The tenant that the app id belongs to.')
param tenantId string = tenant().tenantId

@description('SingleTenant uses a client secret; UserAssignedMSI uses a managed identity of the Azure host. Multi-tenant registration ended in July 2025.')
@allowed([
  'SingleTenant'
  'UserAssignedMSI'
])
param identity string = 'SingleTenant'

@description('The resource id of the managed identity; empty for SingleTenant.')
param managedIdentity string = ''

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: name
  location: 'global'
  kind: 'azurebot'
  sku: {
    name: 'F0'
  }
  properties: {
    displayName: 'Small Steps'
    description: 'A lesson, a quote and one small step for people who lead change in health and care.'
    endpoint: '${url}/api/messages'
    msaAppId: appId
    msaAppTenantId: tenantId
    msaAppType: identity
    msaAppMSIResourceId: identity == 'UserAssignedMSI' ? managedIdentity : null
    // No keys: Direct Line and Web Chat, which would need them, stay off.
    disableLocalAuth: true
    isStreamingSupported: false
    schemaTransformationVersion: '1.3'
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
    properties: {
      isEnabled: true
      enableCalling: false
    }
  }
}

@description('What to set as SMALL_STEPS_TEAMS_APP_ID.')
output appId string = bot.properties.msaAppId
